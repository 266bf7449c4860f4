namespace Llama3.Checking.Roundings;

/// <summary>
/// Tells whether the error of a product looks like roundings: they are as large everywhere, in the first token too, and have nothing to do with the
/// result itself. A mistake in weights shows in some columns, one in positions or scores not in the first row; a factor, an eps, or a sum that is
/// off makes an error in proportion to the result.
/// </summary>
internal static class ErrorShape
{
    /// <summary>The largest cosine of the angle between error and result: of 80 independent numbers it is 0.11 on average.</summary>
    private const double Proportional = 0.3;

    /// <summary>How much smaller and larger than the median the error of a row or a column may be.</summary>
    private const double Least = 0.05, Most = 8;

    /// <summary>Whether it does.</summary>
    /// <param name="actual">What was dumped: rows, the last axis being the columns. Of a single row nothing but its proportion tells.</param>
    /// <param name="expected">What it should be.</param>
    public static bool IsOfRoundings(Tensor actual, Tensor expected)
    {
        var (numbers, wanted, width) = (actual.ToSingles(), expected.ToSingles(), (int)actual.shape[^1]);
        if (!Array.TrueForAll(numbers, float.IsFinite)) { return false; }
        double[] error = [.. numbers.Zip(wanted, (a, b) => (double)a - b)];
        var result = Array.ConvertAll(wanted, number => (double)number);
        return Math.Abs(Dot(error, result)) <= Proportional * Math.Sqrt(Dot(error, error) * Dot(result, result))
            && (numbers.Length == width || (IsEven(error, result, index => index / width) && IsEven(error, result, index => index % width)));
    }

    private static bool IsEven(double[] error, double[] result, Func<int, int> groupOf)
    {
        var usual = Dot(result, result) / result.Length;
        var sizes = error.Index().GroupBy(one => groupOf(one.Index)).Select(group =>
            Math.Sqrt(group.Sum(one => one.Item * one.Item) / group.Sum(one => usual + (result[one.Index] * result[one.Index])))).Order().ToList();
        var median = sizes[sizes.Count / 2];
        return sizes[0] >= Least * median && sizes[^1] <= Most * median;
    }

    private static double Dot(double[] one, double[] other) => one.Zip(other, (a, b) => a * b).Sum();
}
