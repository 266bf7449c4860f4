namespace Llama3.Checking.Fitting;

/// <summary>
/// Finds the number p for which computed(p) comes nearest to what was dumped: least Σ(computed - dumped)², by the steps of Gauss and Newton,
/// p + J·r / J·J, where r is what is missing and J how the results change with p. Its error follows from what remains, three times
/// √Σ(J·r)² / J·J, so that the results that say much of p count most, and from the rounding of all results to float32, as if to one side.
/// A rounding within a norm moves a whole row to one side: the sum is that of single results, or of rows, whichever is more.
/// </summary>
/// <param name="compute">From a number to the results.</param>
/// <param name="dumped">The results that it should give.</param>
/// <param name="rowOf">The row in which one of them stands.</param>
internal sealed class LeastSquares(Func<double, float[]> compute, float[] dumped, Func<int, int> rowOf)
{
    private const int MostSteps = 30;

    /// <summary>How far p is moved to see how the results change, relative to p.</summary>
    private const double Nudge = 1e-3;

    /// <summary>What rounding to float32 leaves uncertain, relative to the number.</summary>
    private const double Rounding = 1.0 / (1 << 24);

    /// <summary>The best of some numbers alone.</summary>
    public Estimate BestOf(IEnumerable<double> candidates) =>
        candidates.Select(candidate => new Estimate(candidate, 0, Norm(Missing(compute(candidate))))).MinBy(found => found.Residual)!;

    /// <summary>The best number near the best of some; null if the results do not depend on it.</summary>
    public Estimate? Near(IEnumerable<double> starts)
    {
        var best = BestOf(starts);
        for (var step = 0; step < MostSteps; step++)
        {
            var missing = Missing(compute(best.Value));
            var change = Change(best.Value);
            var (length, along) = (Dot(change, change), Dot(change, missing));
            if (!(length > 0) || !double.IsFinite(along)) { return null; }
            if (Nearer(best, along / length) is not { } next) { return best with { Error = Error(best.Value, missing, change) }; }
            best = next;
        }
        return null;
    }

    private double Error(double value, double[] missing, double[] change)
    {
        double[] each = [.. change.Zip(missing, (slope, rest) => slope * rest)];
        double[] rows = [.. each.Index().GroupBy(one => rowOf(one.Index), one => one.Item).Select(row => row.Sum())];
        var (length, scatter) = (Dot(change, change), Math.Max(Norm(each), Norm(rows)));
        var rounded = change.Zip(dumped, (slope, result) => Math.Abs(slope * Finite(result))).Sum() / length;
        return 3 * scatter / length + 2 * Rounding * (rounded + Math.Abs(value));
    }

    /// <summary>A step that brings the results nearer: the whole, a half, a quarter, …; null if none does, or it is too small to matter.</summary>
    private Estimate? Nearer(Estimate from, double step) => Enumerable.Range(0, 5)
        .Select(half => step / (1 << half))
        .Where(part => Math.Abs(part) > Math.Abs(from.Value) * 1e-9)
        .Select(part => BestOf([from.Value + part]))
        .FirstOrDefault(found => found.Residual < from.Residual);

    private double[] Change(double value)
    {
        var nudge = value == 0 ? Nudge : value * Nudge;
        return [.. compute(value + nudge).Zip(compute(value - nudge), (up, down) => ((double)up - down) / (2 * nudge)).Select(Finite)];
    }

    /// <summary>What is missing; infinite where one of two numbers is no number or infinite, and the other is not the same.</summary>
    private double[] Missing(float[] computed) => computed.Length != dumped.Length
        ? [double.PositiveInfinity]
        : [.. dumped.Zip(computed, (right, found) => right.Equals(found) ? 0 : float.IsFinite(right - found) ? (double)right - found : double.PositiveInfinity)];

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static double Norm(double[] values) => Math.Sqrt(Dot(values, values));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
