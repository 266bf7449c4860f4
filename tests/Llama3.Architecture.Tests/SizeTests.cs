namespace Llama3.Architecture.Tests;

/// <summary>What is small can be read at once.</summary>
public sealed class SizeTests
{
    private const int LongestFile = 250;
    private const int LongestFunction = 40;

    /// <summary>The article, top to bottom: one list of 42 steps.</summary>
    private const string Article = "ArticleSteps.cs";

    private static readonly string[] TypeWords = ["class ", "record ", "interface ", "struct ", "enum ", "extension("];

    [Fact(DisplayName = "architecture: no source file is longer than 250 lines, but for the article")]
    public void Files() => Sources.All
        .Where(source => source.Lines.Length > LongestFile && Path.GetFileName(source.Path) != Article)
        .Select(source => $"{source.Path}: {source.Lines.Length}").Should().BeEmpty();

    [Fact(DisplayName = "architecture: no function is longer than 40 lines")]
    public void Functions() => Sources.All.SelectMany(FunctionsOf).Where(function => function.Length > LongestFunction).Should().BeEmpty();

    /// <summary>Blocks that are not types': from an opening brace alone on a line to the closing one below it.</summary>
    private static IEnumerable<(string Name, int Length)> FunctionsOf(Source source)
    {
        for (var line = 1; line < source.Lines.Length; line++)
        {
            var brace = source.Lines[line];
            if (brace.Trim() != "{" || !brace.StartsWith("    ", StringComparison.Ordinal) || IsType(source.Lines[line - 1])) { continue; }
            var end = Array.FindIndex(source.Lines, line, other => other.StartsWith(brace.Replace('{', '}'), StringComparison.Ordinal));
            yield return ($"{source.Path}({line})", end - line - 1);
        }
    }

    private static bool IsType(string line) => TypeWords.Any(word => line.Contains(word, StringComparison.Ordinal));
}
