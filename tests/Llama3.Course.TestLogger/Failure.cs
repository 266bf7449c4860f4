namespace Llama3.Course;

/// <summary>A failed test as it is printed.</summary>
/// <param name="outcome">What became of the test.</param>
internal sealed class Failure(Outcome outcome)
{
    private const string Failed = "FAILED";
    private const string Indent = "      ";

    /// <summary>How the last line of a verdict begins.</summary>
    private const string Closer = "closer ";

    /// <summary>Of what other tests say, this much tells enough.</summary>
    private const int MostLines = 12;

    private readonly string[] _paragraphs = outcome.Message.Split("\n\n");

    /// <summary>
    /// The last paragraph of what the test of a broken step says: the step, the likely mistake, the function, and a command that shows more.
    /// Empty for other tests.
    /// </summary>
    public IReadOnlyList<string> Verdict => outcome.IsInCourse && _paragraphs[^1].Split('\n') is [_, .., var last] lines
        && last.StartsWith(Closer, StringComparison.Ordinal) ? lines : [];

    /// <summary>What the verdict says but for the step and the command: the same for all steps that a broken function breaks in the same way.</summary>
    public string Cause => string.Join('\n', Verdict.Skip(1).SkipLast(1));

    /// <summary>The name of the test and what it says, without the verdict.</summary>
    public IEnumerable<string> Lines => [Name, .. Details.Select(line => Indent + line)];

    /// <summary>The name of the test.</summary>
    public string Name => Contents.Line(outcome.Name, Failed);

    private IEnumerable<string> Details => Verdict.Count > 0
        ? LinesOf(_paragraphs.SkipLast(1)).Where(line => line != outcome.Name)
        : Shortened([.. LinesOf(_paragraphs)]).Concat(outcome.Place.Length > 0 ? [$"at {outcome.Place}"] : []);

    private static IEnumerable<string> LinesOf(IEnumerable<string> paragraphs) =>
        paragraphs.SelectMany(paragraph => paragraph.Split('\n')).Where(line => line.Length > 0);

    private static IEnumerable<string> Shortened(IReadOnlyList<string> lines) => lines.Count > MostLines ? [.. lines.Take(MostLines - 1), "…"] : lines;
}
