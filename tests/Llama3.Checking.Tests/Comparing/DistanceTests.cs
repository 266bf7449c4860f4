using Llama3.Checking.Comparing;

namespace Llama3.Checking.Tests.Comparing;

/// <summary>What errors are measured by.</summary>
public sealed class DistanceTests
{
    [Theory(DisplayName = "ulp: steps of the dtype between two numbers:")]
    [InlineData(1, 1, 0)]
    [InlineData(0.0, -0.0, 0)]
    [InlineData(1, 1 + (1.0 / (1 << 23)), 1)]
    [InlineData(-1, -1 - (1.0 / (1 << 23)), 1)]
    [InlineData(float.Epsilon, -float.Epsilon, 2)]
    [InlineData(1, 2, 1 << 23)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, 0)]
    [InlineData(double.PositiveInfinity, 1, long.MaxValue)]
    [InlineData(1, double.NaN, long.MaxValue)]
    public void Ulps(double one, double other, long steps)
    {
        Ulp.Distance(one, other, ScalarType.Float32).Should().Be(steps);
        Ulp.Distance(other, one, ScalarType.Float32).Should().Be(steps);
    }

    [Fact(DisplayName = "ulp: a step of bfloat16 is 65536 of float32")]
    public void UlpsOfBFloat16() => Ulp.Distance(1, 1 + (3.0 / 128), ScalarType.BFloat16).Should().Be(3);

    [Fact(DisplayName = "scales: a number's own size, 1 for 0; for cosine and sine the angle, and at least 1")]
    public void Scales()
    {
        var (numbers, angles) = (torch.tensor(new[] { -0.5f, 0, 4 }), torch.tensor(new[] { 0.25f, -3 }));
        var table = torch.view_as_complex(torch.tensor(new float[] { 1, 0, 1, 0 }, [2, 2]));

        ElementScale.Of(numbers, null).Should().Equal(0.5, 1, 4);
        ElementScale.Of(numbers, angles).Should().Equal(0.5, 1, 4);
        ElementScale.Of(table, null).Should().Equal(1, 1, 1, 1);
        ElementScale.Of(table, angles).Should().Equal(1, 1, 3, 3);
    }

    [Theory(DisplayName = "same numbers: those that differ by roundings alone, of 16 bits where either has no more:")]
    [InlineData(0.1, 0.1 * (1 + 5e-7), true)]
    [InlineData(0.1, 0.1 * (1 + 3e-6), false)]
    [InlineData(1, 1 + 2e-3, true)] // 1 has few bits
    [InlineData(1 + 2e-3, 1, true)]
    [InlineData(1, 1 + 5e-3, false)]
    [InlineData(1 + (1.0 / 1024), 1 + 2e-3, true)] // of float16, not of bfloat16
    [InlineData(1e30, 1e30 * 1.002, false)] // too large for float16
    [InlineData(1.2676506002282294e30, 1.2676506002282294e30 * 1.002, true)] // 2^100, of bfloat16
    public void Same(double one, double other, bool are) =>
        SameNumbers.Are(torch.tensor(new[] { (float)one }), torch.tensor(new[] { (float)other })).Should().Be(are);

    [Fact(DisplayName = "same numbers: NaN and infinities too, in one shape")]
    public void SameBesideNumbers()
    {
        SameNumbers.Are(Row(float.NaN), Row(float.NaN)).Should().BeTrue();
        SameNumbers.Are(Row(float.NegativeInfinity, 1 + (1f / 1024)), Row(float.NegativeInfinity, 1.002f)).Should().BeTrue();
        SameNumbers.Are(Row(float.NegativeInfinity, 1.0012345f), Row(float.NegativeInfinity, 1.002f)).Should().BeFalse();
        SameNumbers.Are(Row(1, 2), torch.tensor(new float[] { 1, 2 }, [1, 2])).Should().BeFalse();

        static Tensor Row(params float[] numbers) => torch.tensor(numbers);
    }

    [Fact(DisplayName = "tolerances: how they are written")]
    public void Tolerances()
    {
        Of(Rule.Exact).Should().Be("exact");
        Of(Rule.RelL2).Should().Be("rel-L2 <= 0.5");
        Of(Rule.Ulp).Should().Be("at most 0.5 ulp");
        Of(Rule.PerElement).Should().Be("largest relative error <= 0.5");
        Of(Rule.ThreeWay).Should().Be("at most 0.5 times as far from float32 as the golden");

        static string Of(Rule rule) => new Tolerance(rule, 0.5, "").ToString();
    }

    [Fact(DisplayName = "tolerances: without a float32 golden, two results of one engine may be a hundredth apart")]
    public void WithoutTruth()
    {
        new Tolerance(Rule.ThreeWay, 2, "why").WithoutTruth.Should().Be(new Tolerance(Rule.RelL2, 0.01, "why"));
        new Tolerance(Rule.Ulp, 2, "why").WithoutTruth.Should().Be(new Tolerance(Rule.Ulp, 2, "why"));
    }

    [Fact(DisplayName = "precisions: goldens are in two")]
    public void Precisions()
    {
        Precision.All.Select(Precision.Name).Should().Equal("bf16", "fp32");
        var other = () => Precision.Name(ScalarType.Int64);
        other.Should().Throw<ArgumentOutOfRangeException>().WithMessage("goldens are in BFloat16 and Float32*").Which.ActualValue.Should().Be(ScalarType.Int64);
    }
}
