using Llama3.Checking.Comparing;

namespace Llama3.Checking.Relations;

/// <summary>NaN or infinities where numbers are expected.</summary>
internal static class NotNumbers
{
    /// <summary>"17 of 289 values are nan, where numbers are expected": counted in the first result.</summary>
    public static string? Of(IReadOnlyList<Miss> misses)
    {
        var found = misses.Select(miss => miss.Actual.Values.Zip(miss.Expected.Values)
            .Where(pair => !float.IsFinite(pair.First) && float.IsFinite(pair.Second))
            .Select(pair => NumberText.Value(pair.First))
            .ToList()).ToList();
        return found.TrueForAll(one => one.Count > 0)
            ? $"{found[0].Count} of {misses[0].Expected.Values.Length} values are {string.Join(" or ", found[0].Distinct().Order())}, "
                + "where numbers are expected"
            : null;
    }
}
