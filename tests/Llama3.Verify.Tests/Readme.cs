using Llama3.Tests;

namespace Llama3.Verify.Tests;

/// <summary>The parts of README.md that are generated: each stands between two comments with its name.</summary>
internal static class Readme
{
    /// <summary>Set to 1 to rewrite the generated parts instead of testing them.</summary>
    public const string RewriteVariable = "LLAMA3_REWRITE_README";

    private static readonly string ReadmeFile = Path.Combine(Repository.Root, "README.md");

    public static void ShouldHold(string part, string content)
    {
        var text = File.ReadAllText(ReadmeFile).ReplaceLineEndings("\n");
        var (begin, end) = ($"<!-- generated: {part} -->\n", "<!-- end -->");
        text.Should().Contain(begin);
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var length = text.IndexOf(end, start, StringComparison.Ordinal) - start;
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            File.WriteAllText(ReadmeFile, text.Remove(start, length).Insert(start, content + "\n"));
            return;
        }
        text.Substring(start, length).Should().Be(content + "\n", $"README.md shows what is so; {RewriteVariable}=1 dotnet test rewrites it");
    }
}
