using System.Text.RegularExpressions;

namespace Llama3.Tests;

/// <summary>The pages for people. Their generated parts stand between two comments: the first gives the name of the part.</summary>
internal static partial class Readme
{
    /// <summary>Set to 1 to rewrite the generated parts instead of testing them.</summary>
    public const string RewriteVariable = "LLAMA3_REWRITE_README";

    public const string Top = "README.md";
    public const string Fixtures = "fixtures/README.md";
    public const string Names = "docs/dump-names.md";
    public const string Json = "docs/json.md";
    public const string Mistakes = "docs/known-mistakes.md";
    public const string Check = "docs/check.md";
    public const string CsharpPorts = "docs/csharp-ports.md";
    public const string Commands = "docs/commands.md";
    public const string HowCheckDecides = "docs/how-check-decides.md";
    public const string Reports = "docs/reports.md";
    public const string Texts = "docs/texts.md";

    private const string End = "<!-- end -->";

    /// <summary>All pages, relative to the root of the repository, with forward slashes.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. new[] { ".", "docs", "fixtures", "scripts", "benchmarks", "examples/ports", "examples/capture" }
            .SelectMany(folder => Directory.GetFiles(PathOf(folder), "*.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')),
    ];

    public static string Text(string file) => File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n");

    /// <summary>Compares a generated part with what it should hold, or rewrites it.</summary>
    public static void ShouldHold(string part, string content, string file = Top)
    {
        var (text, begin) = (Text(file), Begin(part));
        text.Should().Contain(begin);
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var length = text.IndexOf(End, start, StringComparison.Ordinal) - start;
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            File.WriteAllText(PathOf(file), text.Remove(start, length).Insert(start, content + "\n"));
            return;
        }
        WithoutLines(text.Substring(start, length)).Should().Be(WithoutLines(content) + "\n", $"{file} shows what is so; {RewriteVariable}=1 dotnet test rewrites it");
    }

    /// <summary>Whoever edits a source file moves what stands in it: that does not make a page wrong.</summary>
    private static string WithoutLines(string text) => LineNumbers().Replace(text, "");

    [GeneratedRegex(@"(?<=\.cs):\d+")]
    private static partial Regex LineNumbers();

    /// <summary>The absolute path of a page, a source file or a folder.</summary>
    public static string PathOf(string file) => Path.Combine(Repository.Root, file);

    private static string Begin(string part) => $"<!-- generated: {part} -->\n";
}
