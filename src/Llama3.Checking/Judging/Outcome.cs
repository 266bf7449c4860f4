using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Whether a port passes: what the check found, and what its author knows and asks for.</summary>
/// <remarks>
/// It passes if all of these hold, for the prompt and for each pass after it.
/// <list type="number">
/// <item>Everything whose name is known can be read.</item>
/// <item>No step is at fault, but for those that are skipped. What is wrong only because they are is not a fault.</item>
/// <item>Roundings have not added up beyond the limit (<see cref="PortReport.Drifts"/>).</item>
/// <item>Every skipped step is still wrong somewhere: once it is right, it must not be skipped any longer.</item>
/// <item>If completeness is asked for, no step is missing that every port must dump.</item>
/// <item>Of the prompt enough was understood (<see cref="Coverage"/>), unless the dump is partial on purpose.</item>
/// </list>
/// </remarks>
/// <param name="Report">What the check found.</param>
/// <param name="Skipped">Steps that are known to be wrong.</param>
/// <param name="Complete">Whether every step that a port must dump is required.</param>
/// <param name="Partial">Whether the dump is meant to hold only a few steps.</param>
internal sealed record Outcome(PortReport Report, IReadOnlyList<ArticleStep> Skipped, bool Complete = false, bool Partial = false)
{
    /// <summary>Known mistakes that this check cannot see; null if that was not asked for.</summary>
    public CannotShow? CannotShow { get; init; }

    /// <summary>Steps at fault that are not skipped.</summary>
    public IReadOnlyList<JudgedStep> Faults => [.. Report.Steps.Where(step => step.IsFault && !Skipped.Contains(step.Step))];

    /// <summary>Skipped steps that are right everywhere, or not dumped. They are listed with the prompt, and not again with each pass.</summary>
    public IReadOnlyList<JudgedStep> SkippedInVain => !Report.IsWhole ? [] :
        [.. Skipped.Select(Everywhere).Where(step => step.Verdict is (Verdict.Ok or Verdict.NotDumped))];

    /// <summary>Required steps that are missing.</summary>
    public IReadOnlyList<ArticleStep> Missing => Complete ? Report.Missing : [];

    /// <summary>Whether so little was understood that agreement means nothing.</summary>
    public bool TooLittle => !Partial && Report.IsPartial;

    /// <summary>Whether there is nothing to complain about.</summary>
    public bool Passed => Report.Dump.Unreadable.Count == 0 && Faults.Count == 0 && !Report.Drifts && SkippedInVain.Count == 0 && Missing.Count == 0
        && !TooLittle && Passes.All(pass => pass.Passed);

    /// <summary>The outcome of each pass over new tokens.</summary>
    public IEnumerable<Outcome> Passes => Report.Passes.Select(Of);

    /// <summary>The first fault, if there is one, and the outcome of the prompt or of the pass that it is in.</summary>
    public (Outcome Outcome, JudgedResult Fault)? FirstFault => Report.FirstFault is { } own
        ? (this, own)
        : Passes.Select(pass => pass.FirstFault).FirstOrDefault(fault => fault is not null);

    /// <summary>The outcome of the prompt, or of a pass.</summary>
    public Outcome Of(PortReport report) => this with { Report = report };

    /// <summary>A step in the prompt and in all passes.</summary>
    private JudgedStep Everywhere(ArticleStep step) => new(
        step, [.. Report.Passes.Prepend(Report).SelectMany(report => report.Results).Where(result => result.Step == step)]);
}
