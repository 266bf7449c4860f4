using Llama3.Checking.Judging;
using Llama3.Checking.Reporting;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Html.Report;

/// <summary>The pictures of all faults, made while the dump is open. A page has those of the first faults alone, so that it stays small.</summary>
/// <param name="Of">The pictures, by the part of the dump and the step.</param>
/// <param name="LeftOut">How many faults have none because others came first.</param>
internal sealed record DumpPictures(IReadOnlyDictionary<(PortReport, ArticleStep), FaultPictures> Of, int LeftOut)
{
    private const int Most = 12;

    /// <summary>Of all pictures together; each has some ten characters in the file, and the file less than 5 MB.</summary>
    private const int MostCells = 440_000;

    /// <summary>Of few faults, pictures need not be larger than this share of it.</summary>
    private const int Few = 3;

    /// <summary>No pictures.</summary>
    public static DumpPictures None { get; } = new(new Dictionary<(PortReport, ArticleStep), FaultPictures>(), 0);

    /// <summary>Makes them.</summary>
    public static DumpPictures Make(Outcome outcome)
    {
        var (made, leftOut) = (new Dictionary<(PortReport, ArticleStep), FaultPictures>(), 0);
        var parts = Told.Of(outcome.Report).Select(told => outcome.Of(told.First)).ToList();
        var mostCells = MostCells / Math.Clamp(parts.Sum(part => part.Faults.Count), Few, Most);
        foreach (var part in parts.Where(part => part.Faults.Count > 0))
        {
            using var painter = new FaultPainter(part.Report, mostCells);
            foreach (var step in part.Faults)
            {
                if (made.Count == Most) { leftOut++; }
                else if (painter.Of(step, $"pictures-{made.Count}") is { } pictures) { made[(part.Report, step.Step)] = pictures; }
            }
        }
        return new(made, leftOut);
    }
}
