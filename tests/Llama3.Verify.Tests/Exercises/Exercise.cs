using System.Text.RegularExpressions;

namespace Llama3.Verify.Tests.Exercises;

/// <summary>An exercise of docs/exercises.md.</summary>
/// <param name="Title">"5. Counted from one".</param>
/// <param name="Text">All of it, in Markdown.</param>
internal sealed partial record Exercise(string Title, string Text)
{
    public const string Page = "docs/exercises.md";

    public static IReadOnlyList<Exercise> All { get; } =
    [
        .. from part in Heading().Split(Readme.Text(Page)).Skip(1)
           let lines = part.Split('\n', 2)
           select new Exercise(lines[0], lines[1]),
    ];

    /// <summary>The tests that must fail, by their display names.</summary>
    public IReadOnlyList<string> Fails => MustFail().Match(Text).Groups["tests"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a function is to be written; otherwise something is to be broken.</summary>
    public bool IsToWrite => Solutions().IsMatch(Answer);

    /// <summary>The changes that make the tests fail.</summary>
    public IEnumerable<Edit> Broken => IsToWrite
        ? Solutions().Matches(Answer).Select(match => Edit.Body(FileOf(match), Of(match, "signature"), "throw new NotImplementedException()"))
        : Differences().Matches(Answer).Select(match => Edit.Lines(FileOf(match), Side(match, '-'), Side(match, '+')));

    /// <summary>The functions written as the answer has them; empty unless <see cref="IsToWrite"/>.</summary>
    public IEnumerable<Edit> Solved =>
        Solutions().Matches(Answer).Select(match => Edit.Body(FileOf(match), Of(match, "signature"), Of(match, "body")));

    /// <summary>What is folded: hints and answer, by their summaries.</summary>
    public IReadOnlyDictionary<string, string> Folded =>
        Folds().Matches(Text).ToDictionary(match => Of(match, "summary"), match => Of(match, "text"));

    private string Answer => Folded["Answer"];

    private static string FileOf(Match match) => Of(match, "file");

    private static string Side(Match difference, char side) =>
        string.Join('\n', Of(difference, "lines").Split('\n').Where(line => line[0] == side).Select(line => line[1..]));

    private static string Of(Match match, string group) => match.Groups[group].Value;

    [GeneratedRegex(@"^## (?=\d)", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^What must fail:\n\n```\n(?<tests>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex MustFail();

    [GeneratedRegex(@"^<details><summary>(?<summary>.*?)</summary>\n(?<text>.*?)^</details>", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Folds();

    /// <summary>A link to a file, and what is changed in it.</summary>
    [GeneratedRegex(@"\]\(\.\./(?<file>src/[^)]+)\)[^\n]*\n\n```diff\n(?<lines>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Differences();

    /// <summary>A link to a file, and a function in it.</summary>
    [GeneratedRegex(@"\]\(\.\./(?<file>src/[^)]+)\)[^\n]*\n\n```csharp\n(?<signature>[^=]*) =>\s*(?<body>.*?);\n```", RegexOptions.Singleline)]
    private static partial Regex Solutions();
}
