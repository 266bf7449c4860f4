namespace Llama3.Checking.Relations;

/// <summary>One row, or token, or head too few or too many; the others are right.</summary>
internal static class RowCount
{
    /// <summary>"the first token is missing"</summary>
    public static string? Of(IReadOnlyList<Miss> misses) => misses.Select(Of).Distinct().ToList() is [var one] ? one : null;

    private static string? Of(Miss miss) => miss.Actual.Shape.Length != miss.Expected.Shape.Length ? null
        : Enumerable.Range(0, miss.Axes.Count).Select(axis => Along(axis, miss)).FirstOrDefault(text => text is not null);

    private static string? Along(int axis, Miss miss)
    {
        if (!miss.Actual.Shape.Index().All(size => size.Index == axis || size.Item == miss.Expected.Shape[size.Index])) { return null; }
        var one = Nouns.Of(miss.Axes[axis], miss.Axes.Count - 1 - axis).One;
        return (miss.Actual.Size(axis) - miss.Expected.Size(axis)) switch
        {
            -1 when miss.IsNear(miss.Actual.Values, AllButFirst(miss.Expected, axis)) => $"the first {one} is missing",
            -1 when miss.IsNear(miss.Actual.Values, AllButLast(miss.Expected, axis)) => $"the last {one} is missing",
            1 when miss.IsNear(AllButFirst(miss.Actual, axis), miss.Expected.Values) => $"there is one {one} too many, in front",
            1 when miss.IsNear(AllButLast(miss.Actual, axis), miss.Expected.Values) => $"there is one {one} too many, at the end",
            _ => null,
        };
    }

    private static float[] AllButFirst(Grid grid, int axis) => Part(grid, axis, 1);

    private static float[] AllButLast(Grid grid, int axis) => Part(grid, axis, 0);

    /// <summary>All but one index, in the order of the whole.</summary>
    private static float[] Part(Grid grid, int axis, int from) =>
        [.. grid.Values.Where((_, place) => grid.IndexOf(axis, place) - from is var index && index >= 0 && index < grid.Size(axis) - 1)];
}
