namespace Llama3.Checking.Relations;

/// <summary>An order in which the right numbers may stand.</summary>
/// <param name="Text">Where the words for the axis come in: {0} for many, {1} for one.</param>
/// <param name="From">Of an index and the size of the axis, the index that its numbers belong to; null where any may stand.</param>
internal sealed record Order(string Text, Func<int, int, int?> From)
{
    /// <summary>What happens to rows, heads and pairs.</summary>
    public static IReadOnlyList<Order> Known { get; } =
    [
        new("the {0} are one place late: each holds what belongs to the one before", (i, n) => n > 2 && i > 0 ? i - 1 : null),
        new("the {0} are one place early: each holds what belongs to the one after", (i, n) => n > 2 && i < n - 1 ? i + 1 : null),
        new("every {1} holds what belongs to the first", (i, n) => 0),
        new("every {1} holds what belongs to the last", (i, n) => n - 1),
        new("neighbouring {0} have changed places", (i, n) => n % 2 == 0 ? i ^ 1 : i),
        new("the {0} are in reverse order", (i, n) => n - 1 - i),
        new("the two halves of the {0} have changed places", (i, n) => n % 2 == 0 ? (i + n / 2) % n : i),
        new("the {0} at even places come first, then those at odd places", (i, n) => i < (n + 1) / 2 ? 2 * i : 2 * (i - (n + 1) / 2) + 1),
        new("the two halves of the {0} are interleaved", (i, n) => i % 2 == 0 ? i / 2 : (n + 1) / 2 + i / 2),
    ];

    /// <summary>Whether a wrong result is in this order along an axis; null where that cannot be seen.</summary>
    /// <param name="miss">The wrong result.</param>
    /// <param name="back">The axis, counted from the last.</param>
    public bool? Holds(Miss miss, int back)
    {
        if (miss.FromEnd(back) is not { } axis) { return HoldsForFirstHead(miss, back); }
        var size = miss.Expected.Size(axis);
        var known = Enumerable.Range(0, size).Where(index => From(index, size) is not null).ToList();
        return size < 2 || known.Count == 0 ? null : miss.Fits(
            miss.Actual.At(axis, known),
            miss.Expected.At(axis, known.Select(index => From(index, size)!.Value)),
            miss.Expected.At(axis, known));
    }

    /// <summary>The first head alone must hold what belongs to the head that the order names.</summary>
    private bool? HoldsForFirstHead(Miss miss, int back) =>
        back == miss.Axes.Count && miss.EveryHead is { } heads && From(0, heads.Size(0)) is { } head ? miss.Fits(heads.At(0, head)) : null;
}
