using Llama3.Checking.Comparing;

namespace Llama3.Checking.Relations;

/// <summary>A factor for each row, or for each column: what a norm, a softmax or a weight does.</summary>
internal static class OwnFactors
{
    /// <summary>Fewer numbers have a common factor by chance.</summary>
    private const int Enough = 3;

    /// <summary>"each token is the golden times a number of its own, from 0.5 to 2.1": the numbers of the first result.</summary>
    public static string? Of(IReadOnlyList<Miss> misses)
    {
        for (var back = misses.Max(miss => miss.Axes.Count) - 1; back >= 0; back--)
        {
            var factors = misses.Select(miss => miss.FromEnd(back) is { } axis ? Along(miss, axis) : null).ToList();
            if (factors.Contains(null)) { continue; }
            var one = Nouns.Of(misses[0].Axes[misses[0].FromEnd(back)!.Value], back).One;
            var (least, most) = (NumberText.Measured(factors[0]!.Min()), NumberText.Measured(factors[0]!.Max()));
            return $"each {one} is the golden times a number of its own, from {least} to {most}";
        }
        return null;
    }

    /// <summary>The factor at each index of an axis; null if a right result times these is not the wrong one.</summary>
    private static List<double>? Along(Miss miss, int axis)
    {
        var (actual, expected) = (miss.Actual.Slices(axis), miss.Expected.Slices(axis));
        if (expected.Count(slice => slice.Count(value => value != 0) >= Enough) < Enough) { return null; }
        var factors = actual.Zip(expected, Factor).ToList();
        var scaled = miss.Expected.Values.Select((value, place) => (float)(value * factors[miss.Expected.IndexOf(axis, place)]));
        return miss.Fits([.. scaled]) is true ? factors : null;
    }

    /// <summary>0 of zeros, which have any factor.</summary>
    private static double Factor(float[] actual, float[] expected) => Array.TrueForAll(expected, value => value == 0) ? 0
        : actual.Zip(expected).Sum(pair => (double)pair.First * pair.Second) / expected.Sum(value => (double)value * value);
}
