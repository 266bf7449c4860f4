using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Judging;

/// <summary>What was found, and what was asked for: whether the port passes.</summary>
/// <param name="Report">What was found.</param>
/// <param name="File">The file of the answers, as messages name it.</param>
/// <param name="Vocabulary">The vocabulary by which they were judged, as messages name it.</param>
/// <param name="Skipped">Kinds that are known to be wrong.</param>
/// <param name="Complete">Whether every task of the list must be answered.</param>
internal sealed record TextOutcome(TextReport Report, string File, string Vocabulary, IReadOnlyList<TextKind> Skipped, bool Complete)
{
    /// <summary>The kinds with wrong answers that are not known to be wrong.</summary>
    public IEnumerable<KindReport> Faults => Report.Kinds.Where(kind => !kind.Passed && !Skipped.Contains(kind.Kind));

    /// <summary>Kinds that are said to be wrong, and are not.</summary>
    public IEnumerable<TextKind> SkippedInVain => Skipped.Where(kind => Report.Kinds.Any(report => report.Kind == kind && report.Passed));

    /// <summary>How many tasks of the list were not answered.</summary>
    public int Unanswered => Report.Kinds.Sum(kind => kind.Unanswered.Count);

    /// <summary>Whether the port passes.</summary>
    public bool Passed => !Faults.Any() && !SkippedInVain.Any() && !(Complete && Unanswered > 0);
}
