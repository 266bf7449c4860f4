namespace Llama3.Checking.Relations;

/// <summary>The right numbers in another form: with other axes, or as a part of more.</summary>
internal static class Forms
{
    /// <summary>"rows and columns have changed places", "the numbers are in the order [n_heads, T, head_dim] instead of [T, n_heads, head_dim]"</summary>
    public static string? Of(IReadOnlyList<Miss> misses) =>
        OtherAxes(misses) ?? (misses[0].SameShape ? null : Reshaped(misses) ?? OneOfMany(misses) ?? RowCount.Of(misses));

    private static string? OtherAxes(IReadOnlyList<Miss> misses)
    {
        if (!Relation.Holds(misses.Select(miss => miss.IsAnyOf(AxisOrders(miss).Select(miss.Expected.Permuted))))) { return null; }
        var most = misses.MaxBy(miss => miss.Axes.Count)!;
        var order = AxisOrders(most).First(axes => most.IsAnyOf([most.Expected.Permuted(axes)]) is true);
        var usual = Enumerable.Range(0, order.Length).ToArray();
        return order.SequenceEqual([.. usual[..^2], usual[^1], usual[^2]]) && most.Expected.Permuted(order).Shape.SequenceEqual(most.Actual.Shape)
            ? "rows and columns have changed places"
            : $"the numbers are in the order {Names(most, order)} instead of {Names(most, usual)}";
    }

    private static string? Reshaped(IReadOnlyList<Miss> misses) =>
        misses.All(miss => miss.Actual.Values.Length == miss.Expected.Values.Length && miss.IsNear(miss.Actual.Values, miss.Expected.Values))
            ? "the numbers are right, in another shape"
            : null;

    /// <summary>The golden is a part: all heads are there where one is expected, or all tokens where the last one is.</summary>
    private static string? OneOfMany(IReadOnlyList<Miss> misses)
    {
        var places = misses.Select(PlaceInFirstAxis).Distinct().ToList();
        return places is [(var index, var isLast)] ? $"the golden is a part of it: {(isLast ? "the last" : $"number {index}")} along its first axis"
            : places.TrueForAll(place => place is (_, true)) ? "the golden is a part of it: the last along its first axis"
            : null;
    }

    private static (int Index, bool IsLast)? PlaceInFirstAxis(Miss miss)
    {
        if (miss.Actual.Shape.Length == 0 || !miss.Actual.Shape.AsSpan(1).SequenceEqual(miss.Expected.Shape)) { return null; }
        var index = Array.FindIndex(miss.Actual.Slices(0), slice => miss.IsNear(slice, miss.Expected.Values));
        return index < 0 ? null : (index, index == miss.Actual.Size(0) - 1);
    }

    /// <summary>Every order of the axes but the usual one; the two numbers of a complex number stay together.</summary>
    private static IEnumerable<int[]> AxisOrders(Miss miss) =>
        Permutations([.. Enumerable.Range(0, miss.Names.Count)]).Skip(1)
            .Select(axes => (int[])[.. axes, .. Enumerable.Range(axes.Length, miss.Axes.Count - axes.Length)]);

    /// <summary>All orders, the given one first.</summary>
    private static IEnumerable<int[]> Permutations(int[] axes) => axes.Length == 0
        ? [[]]
        : axes.SelectMany(first => Permutations([.. axes.Where(axis => axis != first)]), (first, rest) => (int[])[first, .. rest]);

    private static string Names(Miss miss, IEnumerable<int> axes) =>
        $"[{string.Join(", ", axes.Where(axis => axis < miss.Names.Count).Select(axis => miss.Names[axis]))}]";
}
