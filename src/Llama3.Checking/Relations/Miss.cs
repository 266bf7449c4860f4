using Llama3.Checking.Comparing;

namespace Llama3.Checking.Relations;

/// <summary>A wrong result beside the right one.</summary>
/// <param name="Actual">What a step computed.</param>
/// <param name="Expected">What it should have.</param>
/// <param name="Axes">What the axes of the right one are called: "head", "token", "key", "pair", "part", "dim", or "row" and "column".</param>
/// <param name="Limit">How near two right results are to each other, as a relative distance.</param>
internal sealed record Miss(Grid Actual, Grid Expected, IReadOnlyList<string> Axes, double Limit)
{
    /// <summary>The names of the axes as a step declares them, such as "T" and "head_dim".</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the numbers of the right one are rounded to bfloat16.</summary>
    public bool IsRounded { get; init; }

    /// <summary>The right results of every head, where this is the first head's alone; otherwise null.</summary>
    public Grid? EveryHead { get; init; }

    /// <summary>What else these numbers are: other results of the same run, in words.</summary>
    public Func<IEnumerable<string>> Instead { get; init; } = () => [];

    /// <summary>Whether too little of that run is known to say that these numbers are not such another result.</summary>
    public Func<string, bool> CannotTell { get; init; } = _ => false;

    /// <summary>Whether both have the same shape.</summary>
    public bool SameShape => Actual.Shape.SequenceEqual(Expected.Shape);

    /// <summary>The axis at a place counted from the last; null if there are not so many.</summary>
    public int? FromEnd(int back) => back < Axes.Count ? Axes.Count - 1 - back : null;

    /// <summary>Whether these numbers, instead of the right ones, explain the wrong ones.</summary>
    public bool? Fits(float[] hypothesis) => Fits(Actual.Values, hypothesis, Expected.Values);

    /// <summary>Whether a hypothesis explains some of the wrong numbers; null where they are right.</summary>
    /// <param name="actual">The wrong numbers.</param>
    /// <param name="hypothesis">What they might be.</param>
    /// <param name="expected">The right ones.</param>
    public bool? Fits(float[] actual, float[] hypothesis, float[] expected) =>
        Fits(Comparison.DistanceBetween(actual, hypothesis), Comparison.DistanceBetween(actual, expected));

    /// <summary>
    /// Whether a distance from a hypothesis is that of right results, and ten times smaller than that from the golden: what only differs by a
    /// rounding is explained by nothing. Null where there is nothing to explain.
    /// </summary>
    public bool? Fits(double fromHypothesis, double fromGolden) =>
        fromGolden == 0 ? null : fromHypothesis <= Limit && fromHypothesis * 10 <= fromGolden;

    /// <summary>Whether the wrong numbers are one of these in the order of their rows, whatever the shape.</summary>
    public bool? IsAnyOf(IEnumerable<Grid> hypotheses)
    {
        var fits = hypotheses.Where(grid => grid.Values.Length == Actual.Values.Length)
            .Select(grid => SameShape ? Fits(grid.Values) : IsNear(Actual.Values, grid.Values))
            .ToList();
        return fits.Contains(true) ? true : fits.Count > 0 && fits.TrueForAll(fit => fit is null) ? null : false;
    }

    /// <summary>Whether some numbers are as near to others as right ones are to each other.</summary>
    public bool IsNear(float[] actual, float[] other) => Comparison.DistanceBetween(actual, other) <= Limit;
}
