using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Comparing;

/// <summary>Along which axis an error lies, on numbers that can be worked out on paper.</summary>
public sealed class AxisErrorsTests
{
    [Fact(DisplayName = "axis errors: length of the difference over length of what is expected, index by index")]
    public void Along()
    {
        var errors = AxisErrors.Of(new Shape("T n_heads"), Floats([2, 3], 3, 4, 6, 0, 1, 7), Floats([2, 3], 3, 4, 0, 0, 1, 5));

        errors.Select(error => error.Axis).Should().Equal("token", "head");
        errors[0].RelL2.Should().Equal(6.0 / 5, Math.Sqrt(4.0 / 26));
        errors[1].RelL2.Should().Equal(0, 0, Math.Sqrt(40.0 / 25));
    }

    [Fact(DisplayName = "axis errors: an infinity in its place is none; NaN, or one out of place, is infinite")]
    public void Infinities()
    {
        var (actual, expected) = (Floats([4], float.NegativeInfinity, float.NaN, 2, 1), Floats([4], float.NegativeInfinity, 1, float.PositiveInfinity, 1));

        Errors(new Shape("T"), actual, expected).Should().Equal(0, double.PositiveInfinity, double.PositiveInfinity, 0);
        Errors(new Shape("T 2"), Floats([1, 2], float.NegativeInfinity, 5), Floats([1, 2], float.NegativeInfinity, 4)).Should().Equal(0, 0.25);
        Errors(new Shape("T"), Floats([2], 1, 1), Floats([2], 0, 1)).Should().Equal([double.PositiveInfinity, 0], "1 in place of 0 is infinitely wrong");

        static IReadOnlyList<double> Errors(Shape shape, Tensor actual, Tensor expected) => AxisErrors.Of(shape, actual, expected).Single().RelL2;
    }

    [Fact(DisplayName = "axis errors: both parts of a complex number count")]
    public void Complex()
    {
        var (actual, expected) = (torch.view_as_complex(Floats([2, 1, 2], 3, 4, 3, 5)), torch.view_as_complex(Floats([2, 1, 2], 3, 4, 3, 4)));

        AxisErrors.Of(new Shape("T head_dim/2"), actual, expected).Single().Should().BeEquivalentTo(new { Axis = "token", RelL2 = new[] { 0, 0.2 } });
    }

    [Fact(DisplayName = "axis errors: an axis of one number, or of more than 512, tells nothing")]
    public void Lengths()
    {
        Axes([1, 2]).Should().Equal("dim");
        Axes([512, 1]).Should().Equal("token");
        Axes([513, 1]).Should().BeEmpty();
        Axes([0, 2]).Should().Equal("dim");

        static IEnumerable<string> Axes(long[] shape) =>
            AxisErrors.Of(new Shape("T dim"), torch.zeros(shape), torch.zeros(shape)).Select(error => error.Axis);
    }

    [Fact(DisplayName = "axis errors: where heads are side by side, they are told apart")]
    public void SideBySide()
    {
        var errors = AxisErrors.Of(ArticleSteps.stacked_qkv_attention, Scope.Article, n_heads: 2, Floats([1, 4], 3, 4, 4, 4), Floats([1, 4], 3, 4, 3, 4));

        errors.Select(error => error.Axis).Should().Equal("head", "dim");
        errors[0].RelL2.Should().Equal(0, 0.2);
        AxisErrors.Of(ArticleSteps.embedding_delta, Scope.Article, n_heads: 2, Floats([1, 4], 3, 4, 4, 4), Floats([1, 4], 3, 4, 3, 4))
            .Select(error => error.Axis).Should().Equal("dim");
    }

    [Fact(DisplayName = "axis errors: an error is confined if some heads or tokens are beyond the limit and others are not")]
    public void Confined()
    {
        AxisErrors[] places = [new("head", [0.1, 0.3, 0.2, double.NaN]), new("token", [0.3, 0.3]), new("token", [0.1, 0.2]), new("dim", [0, 1])];

        var confined = AxisErrors.Confined(places, 0.2).Should().ContainSingle().Which;
        confined.Axis.Should().Be("head");
        confined.Indexes.Should().Equal(1, 3);
        AxisErrors.Confined([new("token", [0, 1])], 0.2).Should().ContainSingle();
    }

    private static Tensor Floats(long[] shape, params float[] numbers) => torch.tensor(numbers, shape);
}
