namespace Llama3.Course;

/// <summary>
/// The course as it runs: a line per step up to the first that is broken, from then on what fails and nothing else. Tests of the course
/// run in reading order, so that the tests of a step follow each other.
/// </summary>
/// <param name="output">Where to print.</param>
internal sealed class Contents(TextWriter output)
{
    private const int Width = 100;

    private readonly List<Outcome> _chapter = [];
    private readonly HashSet<string> _causes = [];
    private bool _isBroken;

    /// <summary>The result of another test of the course.</summary>
    public void Add(Outcome outcome)
    {
        if (_chapter.Count > 0 && _chapter[0].Chapter != outcome.Chapter) { Complete(); }
        _chapter.Add(outcome);
    }

    /// <summary>Prints the chapter whose tests are all known.</summary>
    public void Complete()
    {
        var failed = _chapter.Where(test => test.Result == Result.Failed).ToList();
        _isBroken |= failed.Count > 0;
        if (!_isBroken && _chapter.Exists(test => test.Result == Result.Passed))
        {
            output.WriteLine(Line(_chapter[0].Chapter, _chapter.Count == 1 ? "" : $"{_chapter.Count} tests"));
        }
        foreach (var line in failed.SelectMany(test => LinesOf(new Failure(test)))) { output.WriteLine(line); }
        _chapter.Clear();
    }

    /// <summary>Of several steps that are broken by the same cause, the first tells enough.</summary>
    private IEnumerable<string> LinesOf(Failure failure) => failure.Cause.Length == 0 || _causes.Add(failure.Cause) ? failure.Lines : [failure.Name];

    /// <summary>A line of a table of contents.</summary>
    public static string Line(string title, string right) => $"  {title.PadRight(Width - right.Length)} {right}".TrimEnd();
}
