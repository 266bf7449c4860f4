namespace Llama3.Reference.Ports;

/// <summary>Whether a port passes: what the check found, and what its author knows and asks for.</summary>
/// <param name="Report">What the check found.</param>
/// <param name="Skipped">Steps that are known to be wrong. What they spoil later is forgiven; that they pass is not.</param>
/// <param name="Complete">Whether every step that a port must dump is required.</param>
public sealed record PortOutcome(PortReport Report, IReadOnlyList<ArticleStep> Skipped, bool Complete)
{
    /// <summary>Steps at fault that are not skipped.</summary>
    public IReadOnlyList<PortStep> Faults => [.. Report.Steps.Where(step => step.IsFault && !Skipped.Contains(step.Step))];

    /// <summary>Skipped steps that pass or are not dumped: they are to be skipped no longer.</summary>
    public IReadOnlyList<PortStep> SkippedInVain =>
        [.. Report.Steps.Where(step => Skipped.Contains(step.Step) && step.Verdict is (Verdict.Ok or Verdict.NotDumped))];

    /// <summary>Required steps that are missing.</summary>
    public IReadOnlyList<ArticleStep> Missing => Complete ? Report.Missing : [];

    /// <summary>Whether there is nothing to complain about.</summary>
    public bool Passed => Faults.Count == 0 && !Report.Drifts && SkippedInVain.Count == 0 && Missing.Count == 0;
}
