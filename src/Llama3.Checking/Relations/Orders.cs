using System.Globalization;

namespace Llama3.Checking.Relations;

/// <summary>The right numbers in another order: rows, heads, or the values of a row.</summary>
internal static class Orders
{
    /// <summary>A longer axis, such as that of the vocabulary, is not searched.</summary>
    private const int Longest = 512;
    private const int FewEnough = 12;

    /// <summary>"the heads are in reverse order"</summary>
    public static string? Of(IReadOnlyList<Miss> misses)
    {
        var most = misses.MaxBy(miss => miss.Axes.Count)!;
        var axes = Enumerable.Range(0, most.Axes.Count)
            .Where(back => misses.Max(miss => miss.FromEnd(back) is { } axis ? miss.Expected.Size(axis) : 0) is > 1 and <= Longest)
            .Reverse()
            .Select(back => (back, Nouns.Of(most.Axes[^(back + 1)], back)))
            .ToList();
        return axes.Select(axis => Known(misses, axis.back, axis.Item2)).FirstOrDefault(text => text is not null)
            ?? axes.Select(axis => Any(misses, axis.back, axis.Item2)).FirstOrDefault(text => text is not null);
    }

    private static string? Known(IReadOnlyList<Miss> misses, int back, Nouns nouns) => Order.Known
        .Where(order => Relation.Holds(misses.Select(miss => order.Holds(miss, back))))
        .Select(order => string.Format(CultureInfo.InvariantCulture, order.Text, nouns.Many, nouns.One))
        .FirstOrDefault();

    /// <summary>An order without a name: read off the longest axis, and tried on all.</summary>
    private static string? Any(IReadOnlyList<Miss> misses, int back, Nouns nouns)
    {
        var longest = misses.Where(miss => miss.FromEnd(back) is not null).MaxBy(miss => miss.Expected.Size(miss.FromEnd(back)!.Value))!;
        if (Found(longest, longest.FromEnd(back)!.Value) is not { } from) { return null; }
        var order = new Order("", (i, n) => n == from.Count ? from[i] : null);
        var shown = string.Join(", ", from.Take(FewEnough)) + (from.Count > FewEnough ? ", …" : "");
        return Relation.Holds(misses.Select(miss => order.Holds(miss, back)))
            ? $"the {nouns.Many} are in another order: {shown}"
            : null;
    }

    /// <summary>For each index along an axis, the index whose right numbers stand there; null where these stand nowhere.</summary>
    private static List<int>? Found(Miss miss, int axis)
    {
        var (actual, expected) = (miss.Actual.Slices(axis), miss.Expected.Slices(axis));
        var (from, unused) = (new List<int>(), Enumerable.Range(0, expected.Length).ToHashSet());
        foreach (var slice in actual)
        {
            var alike = Enumerable.Range(0, expected.Length).Where(index => miss.IsNear(slice, expected[index])).ToList();
            if (alike.Count == 0) { return null; }
            from.Add(alike.Contains(from.Count) ? from.Count : alike.Find(unused.Contains) is var free && unused.Contains(free) ? free : alike[0]);
            unused.Remove(from[^1]);
        }
        return from;
    }
}
