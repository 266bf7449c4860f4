using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Roundings;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// Finds the precision in which a port would agree whose float32 numbers are at fault, and tells whether its errors are roundings. It is for what
/// <see cref="ArithmeticDetection"/> cannot compute again, such as sums in float16.
/// </summary>
/// <param name="runs">The prompt and the passes after it, judged in float32, with names for the faults.</param>
/// <param name="arithmetic">What the port is known to round; null for nothing.</param>
internal sealed class CoarserPrecision(IReadOnlyList<JudgedRun> runs, PortArithmetic? arithmetic)
{
    /// <summary>Roundings are about as large in every layer and at every product of a kind.</summary>
    private const double SameSize = 8;

    /// <summary>
    /// The runs, judged in the finest precision in which all agree; null if there is none, if a known mistake explains a fault, or if a fault
    /// has no product in it that could round.
    /// </summary>
    /// <param name="finest">The finest that comes into question: what the port is known to round to, or fp16.</param>
    /// <param name="judge">Judges the runs in a precision.</param>
    public (PortPrecision Precision, List<JudgedRun> Runs)? Find(PortPrecision finest, Func<PortPrecision, List<JudgedRun>> judge)
    {
        var faults = runs.SelectMany(run => run.Faults).ToList();
        if (faults.Count == 0 || !faults.TrueForAll(MayRound)) { return null; }
        foreach (var precision in Coarseness.FromFineToCoarse.SkipWhile(one => one != finest).Where(one => one != PortPrecision.q8 || !AreKnownOtherwise))
        {
            var judged = judge(precision);
            if (!judged.Exists(run => run.Results.Any(result => precision == PortPrecision.q8 ? result.Verdict != Verdict.Ok : result.IsFault))) { return (precision, judged); }
        }
        return null;
    }

    /// <summary>
    /// Whether the errors are roundings: they are those of products alone, the prompt's have their shape (<see cref="ErrorShape"/>), all products of a kind
    /// have them, and nowhere are they many times larger or smaller than elsewhere.
    /// </summary>
    public bool AreRoundings => runs.All(run => run.Faults.All(IsOfProductAlone)) && KindsAtFault().All(kind => IsEverywhere(kind) && AreAlike(kind))
        && runs[0].Faults.Any() && runs[0].Faults.All(HasShape);

    /// <summary>
    /// Whether some products with weights are at fault although it is known what others round. Nothing explains why a port would round these to 8 bits in another
    /// way, and so wide a precision would hide what is wrong with them.
    /// </summary>
    private bool AreKnownOtherwise => arithmetic?.WithWeights.Types.Any() == true
        && runs.Any(run => run.Faults.Any(fault => PortArithmetic.MultipliesByWeights(fault.Step)));

    private static bool MayRound(JudgedResult fault) => fault is { LooksLike.Count: 0, Instead: null, OnlyDumped: false }
        && PortArithmetic.IsInPath(fault.Step, fault.Between);

    /// <summary>Whether its inputs were dumped, those of attention together. Where a norm lies between, the error may be that of the norm.</summary>
    private static bool IsOfProductAlone(JudgedResult fault) => PortArithmetic.IsProduct(fault.Step)
        ? fault.Verdict == Verdict.WrongHere || fault.Unseen.All(IsInsideAttention)
        : IsMixing(fault.Step) && fault.Unseen.All(IsInsideAttention);

    private static bool IsInsideAttention(Input input) => DumpContract.IsFolded(input) ||
        input.Step!.number >= ArticleSteps.qk_per_token.number && input.Step.number <= ArticleSteps.qkv_attention.number && input.Step != ArticleSteps.v_per_token;

    private IEnumerable<Func<ArticleStep, bool>> KindsAtFault() => new Func<ArticleStep, bool>[] { PortArithmetic.MultipliesByWeights, IsScores, IsMixing }
        .Where(kind => runs.SelectMany(run => run.Faults).Any(fault => kind(fault.Step)));

    private static bool IsScores(ArticleStep step) => PortArithmetic.IsOfAttention(step) && !IsMixing(step);

    /// <summary>The mixed values, dumped for each head or for all of them.</summary>
    private static bool IsMixing(ArticleStep step) => step == ArticleSteps.qkv_attention || step == ArticleSteps.stacked_qkv_attention;

    /// <summary>A product of the prompt that has no such error shows that the port's arithmetic is right.</summary>
    private bool IsEverywhere(Func<ArticleStep, bool> kind) => runs[0].Results
        .Where(result => kind(result.Step) && result.Step.repeats != Repeats.Once && !IsOnlyStacked(result))
        .All(result => result.IsFault || (kind != PortArithmetic.MultipliesByWeights && IsKnown(result, kind)));

    /// <summary>Whether it lays heads side by side that were dumped: then there is no product in it.</summary>
    private bool IsOnlyStacked(JudgedResult result) =>
        result.Step == ArticleSteps.stacked_qkv_attention && runs[0].Dump.Has(ArticleSteps.qkv_attention, result.Scope);

    private bool IsKnown(JudgedResult result, Func<ArticleStep, bool> kind) => result.Local is not null && arithmetic is not null
        && ArithmeticDetection.Of(runs[0].Dump, arithmetic) is var prompt
        && (kind == IsScores ? prompt.Scores : prompt.Mixing).Types.Any();

    private bool AreAlike(Func<ArticleStep, bool> kind)
    {
        var sizes = runs.SelectMany(run => run.Faults).Where(fault => kind(fault.Step)).Select(fault => fault.Local!.Distance).Order().ToList();
        return sizes[^1] <= SameSize * sizes[0];
    }

    private bool HasShape(JudgedResult fault)
    {
        using var replay = arithmetic is null
            ? new Replay(runs[0].Dump, ArithmeticDetection.Tolerances(runs[0].Dump, PortArithmetic.Exact))
            : ArithmeticDetection.ReplayOf(runs[0].Dump, arithmetic);
        return ErrorShape.IsOfRoundings(runs[0].Dump.Find(fault.Step, fault.Scope)!.tensor, replay.Result(fault.Step, fault.Scope));
    }
}
