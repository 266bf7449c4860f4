using Llama3.Checking.Comparing;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Comparing;

/// <summary>How two tensors differ, on numbers that can be worked out on paper.</summary>
public sealed class ComparisonTests
{
    private const float NaN = float.NaN, Infinity = float.PositiveInfinity;

    [Fact(DisplayName = "comparison: lengths, the largest difference and its place")]
    public void Measured()
    {
        var found = Comparison.Of(Floats([2, 2], 3, 0, 0, 8), Floats([2, 2], 3, 0, 4, 5));

        found.Should().BeEquivalentTo(new
        {
            Agrees = false,
            Differing = 2L,
            Count = 4L,
            MaxAbs = 4.0,
            RelL2 = 5 / Math.Sqrt(50),
            Worst = new long[] { 1, 0 },
            Actual = 0.0,
            Expected = 4.0,
        });
    }

    [Fact(DisplayName = "comparison: equal tensors agree; so do NaN with NaN, and 0 with -0 in all but the bits")]
    public void Equal()
    {
        var found = Comparison.Of(Floats([3], NaN, Infinity, 0), Floats([3], NaN, Infinity, -0f));

        (found.Agrees, found.Differing, found.RelL2, found.MaxAbs, found.MaxUlp).Should().Be((true, 0, 0, 0, 0));
        found.Worst.Should().BeEmpty();
        Comparison.DistanceBetween([0, 0], [0, 0]).Should().Be(0);
    }

    [Fact(DisplayName = "comparison: without numbers there is nothing to differ")]
    public void Empty()
    {
        var found = Comparison.Of(Floats([0]), Floats([0]));

        (found.Agrees, found.Count, found.Actual, found.Expected).Should().Be((true, 0, double.NaN, double.NaN));
        Comparison.LargestError(Floats([0]), Floats([0]), []).Should().Be(0);
    }

    [Theory(DisplayName = "comparison: NaN or an infinity out of place is infinitely far, whichever tensor has it:")]
    [InlineData(NaN, 1)]
    [InlineData(1, NaN)]
    [InlineData(Infinity, 1)]
    [InlineData(1, Infinity)]
    [InlineData(Infinity, -Infinity)]
    public void OutOfPlace(float actual, float expected)
    {
        var found = Comparison.Of(Floats([2], 3, actual), Floats([2], 3, expected));

        (found.MaxAbs, found.RelL2, found.MaxUlp).Should().Be((double.PositiveInfinity, double.PositiveInfinity, long.MaxValue));
        found.Worst.Should().Equal(1);
        Comparison.DistanceBetween([3, actual], [3, expected]).Should().Be(double.PositiveInfinity);
        Comparison.LargestError(Floats([1], actual), Floats([1], expected), [2]).Should().Be(double.PositiveInfinity);
    }

    [Fact(DisplayName = "comparison: an infinity in its place counts neither as error nor as length")]
    public void InPlace()
    {
        Comparison.Of(Floats([3], -Infinity, 3, 5), Floats([3], -Infinity, 3, 4)).RelL2.Should().Be(0.2);
        Comparison.DistanceBetween([-Infinity, 3, 5], [-Infinity, 3, 4]).Should().Be(0.2);
    }

    [Fact(DisplayName = "comparison: of several largest differences the first is the worst; scales choose another")]
    public void Scaled()
    {
        var (actual, expected) = (Floats([3], 1, 5, 9), Floats([3], 2, 4, 9));

        Comparison.Of(actual, expected).Worst.Should().Equal(0);
        Comparison.Of(actual, expected, [2, 1, 1]).Worst.Should().Equal(1);
        Comparison.LargestError(actual, expected, [4, 2, 0]).Should().Be(0.5);
        Comparison.LargestError(actual, expected, [double.NaN, 2, 1]).Should().Be(double.PositiveInfinity);
    }

    [Fact(DisplayName = "comparison: ids are told apart beyond 2^53, and their distance is not 0 beyond 2^24, where float32 has no odd numbers")]
    public void Ids()
    {
        Comparison.Of(torch.tensor([1L << 53]), torch.tensor([(1L << 53) + 1])).Differing.Should().Be(1);
        Comparison.DistanceBetween(torch.tensor([1L << 24]), torch.tensor([(1L << 24) + 1])).Should().BePositive();
        Comparison.DistanceBetween(Floats([1], 1 << 24), torch.tensor([(1L << 24) + 1])).Should().BePositive();
        Comparison.DistanceBetween(torch.tensor([1L, 4L]), torch.tensor([1L, 2L])).Should().Be(2 / Math.Sqrt(5));
        Comparison.DistanceBetween(Floats([2], 1, 4), torch.tensor([1L, 2L])).Should().Be(2 / Math.Sqrt(5));
        Comparison.DistanceBetween(torch.tensor([1L, 4L]), Floats([2], 1, 2)).Should().Be(2 / Math.Sqrt(5));
        Comparison.Of(torch.tensor([2L]), Floats([1], 2)).Agrees.Should().BeTrue("2 is 2, however it is stored");
    }

    [Fact(DisplayName = "comparison: of a complex number that differs, the place says which part")]
    public void Complex()
    {
        var (actual, expected) = (torch.view_as_complex(Floats([1, 2, 2], 1, 2, 3, 4)), torch.view_as_complex(Floats([1, 2, 2], 1, 2, 3, 5)));

        Comparison.Of(actual, expected).Worst.Should().Equal(0, 1, 1);
    }

    [Theory(DisplayName = "comparison: a rule allows its limit and nothing beyond it:")]
    [InlineData(nameof(Rule.Exact), 0, false)]
    [InlineData(nameof(Rule.RelL2), 0.2, true)]
    [InlineData(nameof(Rule.RelL2), 0.19, false)]
    [InlineData(nameof(Rule.Ulp), 1 << 21, true)]
    [InlineData(nameof(Rule.Ulp), (1 << 21) - 1, false)]
    [InlineData(nameof(Rule.PerElement), 0.25, true)]
    [InlineData(nameof(Rule.PerElement), 0.24, false)]
    [InlineData(nameof(Rule.ThreeWay), 2, true)]
    [InlineData(nameof(Rule.ThreeWay), 1.9, false)]
    public void Rules(string rule, double limit, bool agrees)
    {
        // The truth is 1 away from what is expected, and 2 from what was computed.
        var (actual, expected, truth) = (Floats([2], 3, 5), Floats([2], 3, 4), Floats([2], 3, 3));

        Comparison.Of(actual, expected, new Tolerance(Enum.Parse<Rule>(rule), limit, ""), truth).Agrees.Should().Be(agrees);
    }

    [Fact(DisplayName = "comparison: what is equal is within every rule")]
    public void Exact() => Comparison.Of(Floats([1], 2), Floats([1], 2), new Tolerance(Rule.Exact, 0, "")).Agrees.Should().BeTrue();

    [Fact(DisplayName = "comparison: other shapes and dtypes are refused, and the message names both")]
    public void Refused()
    {
        Refuses(() => Comparison.Of(Floats([2], 1, 2), Floats([1, 2], 1, 2)), "cannot compare shape [2] with [1, 2]*");
        Refuses(() => Comparison.DistanceBetween(Floats([1], 1), Floats([2], 1, 2)), "cannot compare shape [1] with [2]*");
        Refuses(() => Comparison.LargestError(Floats([2], 1, 2), Floats([1], 1), [1]), "cannot compare shape [2] with [1]*");
        Refuses(
            () => Comparison.Of(torch.tensor([1L]), Floats([1], 1), new Tolerance(Rule.Exact, 0, "")), "cannot compare Int64 with Float32*");

        static void Refuses(Action compare, string message) => compare.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName("actual");
    }

    [Fact(DisplayName = "comparison: results of steps are close if both are text and equal, or tensors of one shape and dtype")]
    public void Results()
    {
        StepResult text = new[] { "a", "b" }, otherText = new[] { "a" }, number = Floats([1], 1), near = Floats([1], 1.001f), whole = torch.tensor([1L]), row = Floats([1, 1], 1);
        var tolerance = new Tolerance(Rule.RelL2, 0.01, "");

        text.IsCloseTo(new[] { "a", "b" }, tolerance).Should().BeTrue();
        number.IsCloseTo(near, tolerance).Should().BeTrue();
        foreach (var (one, other) in new[] { (text, otherText), (text, number), (number, text), (number, whole), (number, row) })
        {
            one.IsCloseTo(other, tolerance).Should().BeFalse();
        }
        number.IsCloseTo(near, tolerance with { Limit = 0.0001 }).Should().BeFalse();
    }

    private static Tensor Floats(long[] shape, params float[] numbers) => torch.tensor(numbers, shape);
}
