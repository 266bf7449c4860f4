using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>How one dumped result fared.</summary>
public sealed record JudgedResult
{
    /// <summary>The step or finer point.</summary>
    public required ArticleStep Step { get; init; }

    /// <summary>The layer, and the head or all heads.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The layer; null for what is computed once.</summary>
    public int? Layer => Step.repeats == Repeats.Once ? null : Scope.layer;

    /// <summary>The head; null for all heads, or where there are none.</summary>
    public int? Head => Step.repeats is Repeats.PerQueryHead or Repeats.PerKeyValueHead ? Scope.head : null;

    /// <summary>What the dump calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Against the golden: errors of all steps before are in it. Null where the case has none.</summary>
    public Closeness? Golden { get; init; }

    /// <summary>Against the reference on the port's own inputs; null where the golden is met.</summary>
    public Closeness? Local { get; init; }

    /// <summary>What the port dumped, against what it should be: at a fault the reference on the port's own inputs, otherwise the golden.</summary>
    internal Comparison? Worst { get; init; }

    /// <summary>Where that differs, axis by axis; none where the golden is met.</summary>
    internal IReadOnlyList<AxisErrors> Places { get; init; } = [];

    /// <summary>What is wrong, if it cannot be told in numbers.</summary>
    public string? Problem { get; init; }

    /// <summary>Results between the dumped inputs and this one that are not dumped.</summary>
    internal IReadOnlyList<Input> Between { get; init; } = [];

    /// <summary>Those of them that do not count as a part of this step: the fault may be in them as well.</summary>
    internal IReadOnlyList<Input> Unseen => [.. Between.Where(input => !DumpContract.IsFolded(input))];

    /// <summary>The dumped results that it was computed from.</summary>
    internal IReadOnlyList<Input> Inputs { get; init; } = [];

    /// <summary>Known mistakes that yield this very result.</summary>
    public IReadOnlyList<KnownMistake> LooksLike { get; init; } = [];

    /// <summary>The distance that the verdict rests on.</summary>
    public Closeness Deciding => Local is { } local && Verdict != Verdict.Inherited ? local : Golden!;

    /// <summary>Whether what was computed from it agrees: then the port goes on with other numbers than it dumped.</summary>
    public bool OnlyDumped { get; init; }

    /// <summary>What a fault without a name is instead, such as "q_per_token_rotated of layer 0"; null if it is nothing known.</summary>
    public string? Instead { get; init; }

    /// <summary>Whether the fault lies here, or between here and the inputs.</summary>
    public bool IsFault => Verdict is Verdict.WrongHere or Verdict.WrongBetween;
}
