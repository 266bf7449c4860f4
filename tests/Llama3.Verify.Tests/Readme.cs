namespace Llama3.Verify.Tests;

/// <summary>The parts of pages for people that are generated: each stands between two comments with its name.</summary>
internal static class Readme
{
    /// <summary>Set to 1 to rewrite the generated parts instead of testing them.</summary>
    public const string RewriteVariable = "LLAMA3_REWRITE_README";

    public const string Top = "README.md";
    public const string Fixtures = "fixtures/README.md";
    public const string Mistakes = "docs/known-mistakes.md";

    public static string Text(string file) => File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n");

    public static void ShouldHold(string part, string content, string file = Top)
    {
        var text = Text(file);
        var (begin, end) = ($"<!-- generated: {part} -->\n", "<!-- end -->");
        text.Should().Contain(begin);
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var length = text.IndexOf(end, start, StringComparison.Ordinal) - start;
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            File.WriteAllText(PathOf(file), text.Remove(start, length).Insert(start, content + "\n"));
            return;
        }
        text.Substring(start, length).Should().Be(content + "\n", $"{file} shows what is so; {RewriteVariable}=1 dotnet test rewrites it");
    }

    private static string PathOf(string file) => Path.Combine(Repository.Root, file);
}
