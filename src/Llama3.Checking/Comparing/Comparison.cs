using Llama3.Formats.Input;

namespace Llama3.Checking.Comparing;

/// <summary>How two tensors differ. Differences are summed in double; NaN and infinities must be in the same places.</summary>
internal sealed record Comparison
{
    /// <summary>Whether the difference is within the tolerance.</summary>
    public required bool Agrees { get; init; }

    /// <summary>How many elements are not equal; 0 equals -0, and NaN equals NaN.</summary>
    public required long Differing { get; init; }

    /// <summary>How many elements there are; a complex number counts as two.</summary>
    public required long Count { get; init; }

    /// <summary>The largest absolute difference of finite elements; infinite where NaN or an infinity is out of place.</summary>
    public required double MaxAbs { get; init; }

    /// <summary>√Σ(actual - expected)² / √Σ expected², over finite elements; infinite where NaN or an infinity is out of place.</summary>
    public required double RelL2 { get; init; }

    /// <summary>The largest distance in units in the last place of the dtype.</summary>
    public required long MaxUlp { get; init; }

    /// <summary>Index of the element with the largest difference; empty when all agree, or for a single number.</summary>
    public required IReadOnlyList<long> Worst { get; init; }

    /// <summary>The actual value there.</summary>
    public required double Actual { get; init; }

    /// <summary>The expected value there.</summary>
    public required double Expected { get; init; }

    /// <summary>Compares two tensors of the same shape; only equal ones agree.</summary>
    /// <param name="actual">What was computed.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="scales">What the error of each number is divided by before the worst is chosen; null for 1.</param>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static Comparison Of(Tensor actual, Tensor expected, double[]? scales = null) => Measure(actual, expected, scales);

    /// <summary>Compares two tensors of the same shape and dtype.</summary>
    /// <param name="actual">What was computed.</param>
    /// <param name="expected">The golden.</param>
    /// <param name="tolerance">How far apart they may be.</param>
    /// <param name="truth">The float32 golden, for <see cref="Rule.ThreeWay"/>.</param>
    /// <exception cref="ArgumentException">Shapes or dtypes differ.</exception>
    public static Comparison Of(Tensor actual, Tensor expected, Tolerance tolerance, Tensor? truth = null)
    {
        if (actual.dtype != expected.dtype) { throw new ArgumentException($"cannot compare {actual.dtype} with {expected.dtype}", nameof(actual)); }
        var found = Measure(actual, expected);
        return found with
        {
            Agrees = tolerance.Rule switch
            {
                // Written as "at most", so that NaN fails.
                Rule.Exact => found.Differing == 0,
                Rule.RelL2 => found.RelL2 <= tolerance.Limit,
                Rule.Ulp => found.MaxUlp <= tolerance.Limit,
                Rule.PerElement => LargestError(actual, expected, ElementScale.Of(expected, null)) <= tolerance.Limit,
                _ => DistanceBetween(actual, truth!) <= tolerance.Limit * DistanceBetween(expected, truth!),
            },
        };
    }

    /// <summary>The largest error of a number, divided by what errors are measured by at its place.</summary>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static double LargestError(Tensor actual, Tensor expected, double[] scales)
    {
        RequireSameShape(actual, expected);
        var (a, e) = (actual.ToSingles(), expected.ToSingles());
        return scales.Select((scale, i) => Difference(a[i], e[i]) is var difference && difference == 0 ? 0
            : double.IsNaN(scale) ? double.PositiveInfinity
            : difference / scale).DefaultIfEmpty().Max();
    }

    /// <summary>The relative distance between two tensors of the same shape, as <see cref="RelL2"/>.</summary>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static double DistanceBetween(Tensor actual, Tensor expected)
    {
        if (actual.dtype == ScalarType.Int64 || expected.dtype == ScalarType.Int64) { return Measure(actual, expected).RelL2; }
        RequireSameShape(actual, expected);
        return DistanceBetween(actual.ToSingles(), expected.ToSingles());
    }

    /// <summary>
    /// The same for plain numbers, as many of each. Most comparisons ask for nothing but this: no array of doubles, no units in the last place.
    /// </summary>
    public static double DistanceBetween(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        var (error, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            if (float.IsFinite(expected[i])) { norm += (double)expected[i] * expected[i]; }
            var difference = Difference(actual[i], expected[i]);
            error += difference * difference;
        }
        return error == 0 ? 0 : Math.Sqrt(error) / Math.Sqrt(norm);
    }

    /// <summary>0 for equal elements, NaN among them; infinite where NaN or an infinity is out of place.</summary>
    private static double Difference(double actual, double expected) => actual.Equals(expected) ? 0
        : double.IsFinite(actual) && double.IsFinite(expected) ? Math.Abs(actual - expected)
        : double.PositiveInfinity;

    private static void RequireSameShape(Tensor actual, Tensor expected)
    {
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            throw new ArgumentException(
                $"cannot compare shape {Printable.Shape(actual.shape)} with {Printable.Shape(expected.shape)}", nameof(actual));
        }
    }

    private static Comparison Measure(Tensor actual, Tensor expected, double[]? scales = null)
    {
        RequireSameShape(actual, expected);
        var (a, e) = (Numbers(actual), Numbers(expected));
        var (wholeA, wholeE) = (WholeNumbers(actual), WholeNumbers(expected));
        var (differing, maxAbs, maxUlp, largest, worst, error, norm) = (0L, 0.0, 0L, 0.0, 0, 0.0, 0.0);
        for (var i = 0; i < e.Length; i++)
        {
            if (double.IsFinite(e[i])) { norm += e[i] * e[i]; }
            if (wholeA is not null && wholeE is not null ? wholeA[i] == wholeE[i] : a[i].Equals(e[i])) { continue; }
            differing++;
            var difference = Difference(a[i], e[i]);
            maxAbs = Math.Max(maxAbs, difference);
            if (difference / (scales?[i] ?? 1) is var scaled && scaled > largest) { (largest, worst) = (scaled, i); }
            maxUlp = Math.Max(maxUlp, Ulp.Distance(a[i], e[i], expected.dtype));
            error += difference * difference;
        }
        return new Comparison
        {
            Agrees = differing == 0,
            Differing = differing,
            Count = e.Length,
            MaxAbs = maxAbs,
            RelL2 = differing == 0 ? 0 : Math.Sqrt(error) / Math.Sqrt(norm),
            MaxUlp = maxUlp,
            Worst = differing == 0 ? [] : Index(worst, expected),
            Actual = e.Length == 0 ? double.NaN : a[worst],
            Expected = e.Length == 0 ? double.NaN : e[worst],
        };
    }

    /// <summary>Null unless the tensor is Int64: beyond 2^53 a double cannot tell neighbours apart.</summary>
    private static long[]? WholeNumbers(Tensor tensor) => tensor.dtype == ScalarType.Int64 ? tensor.ToInt64s() : null;

    private static double[] Numbers(Tensor tensor) => WholeNumbers(tensor) is { } whole
        ? [.. whole.Select(value => (double)value)]
        : [.. tensor.ToSingles().Select(value => (double)value)];

    private static long[] Index(long flat, Tensor tensor)
    {
        long[] shape = tensor.dtype == ScalarType.ComplexFloat32 ? [.. tensor.shape, 2] : tensor.shape;
        var index = new long[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--) { (flat, index[axis]) = Math.DivRem(flat, shape[axis]); }
        return index;
    }
}
