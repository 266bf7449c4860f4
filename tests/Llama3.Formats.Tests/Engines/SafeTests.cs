namespace Llama3.Formats.Tests.Engines;

public sealed class SafeTests
{
    [Theory(DisplayName = "matmul refuses what TorchSharp would not survive:")]
    [InlineData(new long[] { 2, 3 }, new long[] { 2, 3 })]
    [InlineData(new long[] { 3 }, new long[] { 2 })]
    [InlineData(new long[] { 2, 4, 3 }, new long[] { 5, 3, 1 })]
    [InlineData(new long[] { }, new long[] { 1 })]
    public void Refuses_shapes_that_do_not_fit(long[] left, long[] right)
    {
        var product = () => Safe.matmul(torch.ones(left), torch.ones(right));
        product.Should().Throw<ArgumentException>().WithMessage("matmul: * x *: *");
    }

    [Theory(DisplayName = "matmul suggests a transposition only where it helps:")]
    [InlineData(new long[] { 2, 3 }, new long[] { 4, 3 }, true)]
    [InlineData(new long[] { 2, 2 }, new long[] { 3, 4 }, false)]
    [InlineData(new long[] { 3, 2, 2 }, new long[] { 2, 2, 2 }, false)]
    public void Suggests_a_transposition(long[] left, long[] right, bool helps)
    {
        var product = () => Safe.matmul(torch.ones(left), torch.ones(right));
        product.Should().Throw<ArgumentException>().Which.Message.Contains("transpose", StringComparison.Ordinal).Should().Be(helps);
    }

    [Fact(DisplayName = "matmul refuses two dtypes")]
    public void Refuses_two_dtypes()
    {
        var product = () => Safe.matmul(torch.ones(1, 1), torch.ones(1, 1).to_type(bfloat16));
        product.Should().Throw<ArgumentException>().WithMessage("matmul: * x *: the dtypes are Float32 and BFloat16, *");
    }

    [Theory(DisplayName = "matmul takes what fits:")]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 4 })]
    [InlineData(new long[] { 3 }, new long[] { 3, 4 })]
    [InlineData(new long[] { 2, 3 }, new long[] { 3 })]
    [InlineData(new long[] { 4, 2, 3 }, new long[] { 3, 1 })]
    [InlineData(new long[] { 1, 2, 3 }, new long[] { 4, 3, 1 })]
    public void Takes_what_fits(long[] left, long[] right) =>
        Safe.matmul(torch.ones(left), torch.ones(right)).ToSingles().Should().OnlyContain(sum => sum == 3);
}
