using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>The verdict on one dumped result: of a step in one layer.</summary>
public sealed record JudgedResult
{
    /// <summary>The step or finer point.</summary>
    public required ArticleStep Step { get; init; }

    /// <summary>The layer, and the head or all heads.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The layer, from 0; null for what is computed once.</summary>
    public int? Layer => Step.repeats == Repeats.Once ? null : Scope.layer;

    /// <summary>The head, from 0; null for all heads, or where there are none.</summary>
    public int? Head => Step.repeats is Repeats.PerQueryHead or Repeats.PerKeyValueHead ? Scope.head : null;

    /// <summary>The name of its tensor in the dump; of several tensors the first.</summary>
    public required string Name { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The distance from the golden: errors of all steps before are in it. Null where there is no golden.</summary>
    public Closeness? Golden { get; init; }

    /// <summary>The distance from what the reference computes from the port's own inputs; null where the golden is met.</summary>
    public Closeness? Local { get; init; }

    /// <summary>What the port dumped, against what it should be: at a fault the reference on the port's own inputs, otherwise the golden.</summary>
    internal Comparison? Worst { get; init; }

    /// <summary>Where that differs, axis by axis; none where the golden is met.</summary>
    internal IReadOnlyList<AxisErrors> Places { get; init; } = [];

    /// <summary>What is wrong, if numbers cannot say it, such as "shape [17, 80], expected [17, 10]"; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>What all logits differ by: probabilities and next token are the same. Null where they differ by nothing, or not by one number.</summary>
    internal double? Shift { get; init; }

    /// <summary>Why another next token than the expected one is right; null where it is the same, or wrong.</summary>
    internal NearTie? NearTie { get; init; }

    /// <summary>Results between the dumped inputs and this one that are not dumped.</summary>
    internal IReadOnlyList<Input> Between { get; init; } = [];

    /// <summary>
    /// Those of them in which the fault may lie as well; none if all of them count as a part of this step. The mask and the cache count as such
    /// only where nothing else is between.
    /// </summary>
    internal IReadOnlyList<Input> Unseen =>
        Between.All(DumpContract.IsFolded) ? [] : [.. Between.Where(input => !DumpContract.IsFolded(input) || DumpContract.MayHoldFault(input))];

    /// <summary>Whole layers between the dumped inputs and this result; the fault may lie there as well.</summary>
    internal IReadOnlyList<int> UnseenLayers => [.. LayersOf(Unseen).Where(layer => layer < Stage).Except(LayersOf(Inputs)).Order()];

    /// <summary>See <see cref="DumpedResult.Stage"/>.</summary>
    internal int Stage => DumpedResult.StageOf(Step, Scope);

    /// <summary>The dumped results that it was computed from.</summary>
    internal IReadOnlyList<Input> Inputs { get; init; } = [];

    /// <summary>What the fault looks like; of several, each explains it. Empty if it is not a fault, or nothing known explains it.</summary>
    public IReadOnlyList<Cause> Causes { get; init; } = [];

    /// <summary>What explains a fault as far as the precision tells, but is no nearer to it than right numbers could be.</summary>
    public IReadOnlyList<Cause> CannotBeToldFrom { get; init; } = [];

    /// <summary>The known mistakes of all <see cref="Causes"/>.</summary>
    public IReadOnlyList<KnownMistake> LooksLike => [.. Causes.SelectMany(cause => cause.Mistakes).Distinct()];

    /// <summary>The distance that the verdict rests on.</summary>
    public Closeness Deciding => Local is { } local && Verdict != Verdict.Inherited ? local : Golden!;

    /// <summary>Whether the dump alone is wrong: what follows is right, so that the port went on with other numbers than these.</summary>
    public bool OnlyDumped { get; init; }

    /// <summary>Whether not all known mistakes were tried, because that would take long.</summary>
    internal bool IsUntried { get; init; }

    /// <summary>What a fault without a name is instead, such as "q_per_token_rotated of layer 0"; null if it is nothing known.</summary>
    public string? Instead { get; init; }

    /// <summary>Whether the fault lies here, or between here and the inputs.</summary>
    public bool IsFault => Verdict is Verdict.WrongHere or Verdict.WrongBetween;

    private static IEnumerable<int> LayersOf(IEnumerable<Input> inputs) =>
        inputs.Where(input => input.Step!.repeats != Repeats.Once).Select(input => input.Scope.layer);

    /// <summary>"layers.1.qk_per_token: wrong here, rel-L2 2.16, at most 1e-5 (looks like no_scale)"</summary>
    public override string ToString() =>
        $"{Name}: {Verdict.InWords()}, {Problem ?? (Step.dtype == ScalarType.Int64 ? ComparisonText.Worst(Worst!, Step.shape_in(Scope)) : $"{Deciding}")}"
        + KnownMistake.Named(LooksLike);
}
