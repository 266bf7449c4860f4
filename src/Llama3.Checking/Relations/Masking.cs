namespace Llama3.Checking.Relations;

/// <summary>Scores or attention in which tokens see those after them, though nothing else is wrong.</summary>
internal static class Masking
{
    private const float MuchOfOne = 0.1f;

    /// <summary>"as if there were no mask: tokens see those after them"</summary>
    public static string? Of(IReadOnlyList<Miss> misses) =>
        Relation.Holds(misses.Select(IsUnmasked)) ? "as if there were no mask: tokens see those after them" : null;

    /// <summary>Null where no token comes after another.</summary>
    private static bool? IsUnmasked(Miss miss)
    {
        if (miss.Axes is not [.., "token", "key"]) { return false; }
        var (tokens, keys) = (miss.Axes.Count - 2, miss.Axes.Count - 1);
        var hidden = Enumerable.Range(0, miss.Expected.Values.Length).ToLookup(IsHidden);
        if (!hidden[true].Any()) { return null; }
        return hidden[true].All(place => miss.Expected.Values[place] is 0 or float.NegativeInfinity && float.IsFinite(miss.Actual.Values[place]))
            && hidden[true].Any(place => miss.Actual.Values[place] != 0)
            && (AreNear(miss, hidden[false], place => miss.Actual.Values[place]) || AreNearRescaled(miss, hidden[false]));

        bool IsHidden(int place) =>
            miss.Expected.IndexOf(keys, place) > miss.Expected.IndexOf(tokens, place) + miss.Expected.Size(keys) - miss.Expected.Size(tokens);
    }

    /// <summary>After a softmax, what later keys take is missing in the others: scaled to a sum of 1, these are right, if much is left of them.</summary>
    private static bool AreNearRescaled(Miss miss, IEnumerable<int> seen)
    {
        var rows = seen.GroupBy(place => place / (int)miss.Expected.Shape[^1])
            .Select(row => (Places: row.ToList(), Sum: row.Sum(place => miss.Actual.Values[place])))
            .Where(row => row.Sum > MuchOfOne)
            .ToList();
        return rows.Count > 0 && rows.TrueForAll(row => AreNear(miss, row.Places, place => miss.Actual.Values[place] / row.Sum));
    }

    private static bool AreNear(Miss miss, IEnumerable<int> places, Func<int, float> actual) =>
        miss.IsNear([.. places.Select(actual)], [.. places.Select(place => miss.Expected.Values[place])]);
}
