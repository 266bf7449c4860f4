using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>The verdict on a step, over all layers in which it was dumped.</summary>
/// <param name="Step">The step or finer point.</param>
/// <param name="Results">Its results in the order of computation; empty if it was not dumped.</param>
public sealed record JudgedStep(ArticleStep Step, IReadOnlyList<JudgedResult> Results)
{
    /// <summary>The gravest verdict of all layers: a fault here, then a fault here or before, then an inherited error.</summary>
    public Verdict Verdict =>
        Results.Count == 0 ? Verdict.NotDumped
        : Has(Verdict.WrongHere) ? Verdict.WrongHere
        : Has(Verdict.WrongBetween) ? Verdict.WrongBetween
        : Has(Verdict.Inherited) ? Verdict.Inherited
        : Verdict.Ok;

    /// <summary>Whether the fault lies here, or between here and the inputs.</summary>
    public bool IsFault => Verdict is Verdict.WrongHere or Verdict.WrongBetween;

    /// <summary>The results that have this verdict.</summary>
    public IReadOnlyList<JudgedResult> Gravest => [.. Results.Where(result => result.Verdict == Verdict)];

    /// <summary>What every fault of the step looks like; if there is nothing, what some of them look like.</summary>
    public IReadOnlyList<Cause> Causes
    {
        get
        {
            var named = Gravest.SelectMany(result => result.Causes).Distinct().ToList();
            var common = named.FindAll(cause => Gravest.All(result => result.Causes.Contains(cause)));
            return common.Count > 0 ? common : named;
        }
    }

    /// <summary>The known mistakes of all <see cref="Causes"/>.</summary>
    public IReadOnlyList<KnownMistake> LooksLike => [.. Causes.SelectMany(cause => cause.Mistakes).Distinct()];

    /// <summary>Whether it is right but for one number that all logits differ by.</summary>
    internal bool IsShifted => Results.Any(result => result.Shift is not null);

    /// <summary>"24 qk_per_token: wrong here (looks like no_scale)"</summary>
    public override string ToString() => $"{Step.number:00} {Step.id}: {Verdict.InWords()}{Named}";

    /// <summary>" (looks like no_scale)"; empty if it looks like nothing known.</summary>
    internal string Named => KnownMistake.Named(LooksLike);

    private bool Has(Verdict verdict) => Results.Any(result => result.Verdict == verdict);
}
