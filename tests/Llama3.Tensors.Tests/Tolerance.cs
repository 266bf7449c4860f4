namespace Llama3.Tensors.Tests;

/// <summary>How far a result may be from PyTorch's: by a part of the value, or by a part of the largest value of the tensor.</summary>
internal sealed record Tolerance(double OfValue, double OfLargest, double BFloat16)
{
    /// <summary>The operation moves elements, or is one that IEEE 754 rounds correctly.</summary>
    public static readonly Tolerance Exact = new(0, 0, 0);

    /// <summary>Functions such as exp: either side may be a few last places (1.2e-7) off. In BFloat16 that can tip one rounding.</summary>
    public static readonly Tolerance Rounded = new(1e-6, 0, OneUlp);

    /// <summary>Sums in another order differ by last places of the terms, of which the largest result gives the scale.</summary>
    public static readonly Tolerance Summed = new(0, 1e-6, OneUlp);

    /// <summary>Neighbours in BFloat16 are at most 2^-7 of their value apart.</summary>
    private const double OneUlp = 1.0 / 128;

    /// <summary>Same dtype, same shape, same numbers; NaN equals NaN, an infinity itself.</summary>
    public void Check(Tensor actual, Tensor expected)
    {
        actual.dtype.Should().Be(expected.dtype);
        actual.shape.Should().Equal(expected.shape);
        if (expected.dtype == ScalarType.Int64)
        {
            actual.ToInt64s().Should().Equal(expected.ToInt64s());
            return;
        }

        var (got, wanted) = (actual.ToSingles(), expected.ToSingles());
        var largest = wanted.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        var ofValue = OfValue + (expected.dtype == ScalarType.BFloat16 ? BFloat16 : 0);
        for (var i = 0; i < wanted.Length; i++)
        {
            var allowed = (ofValue * Math.Abs((double)wanted[i])) + (OfLargest * largest);
            var close = float.IsFinite(wanted[i]) && Math.Abs((double)got[i] - wanted[i]) <= allowed;
            (got[i].Equals(wanted[i]) || close).Should().BeTrue("element {0} is {1:R}, torch has {2:R}", i, got[i], wanted[i]);
        }
    }
}
