using Llama3.Checking.Comparing;

namespace Llama3.Checking.Tests.Comparing;

/// <summary>How numbers stand in messages.</summary>
public sealed class NumberTextTests
{
    [Theory(DisplayName = "numbers in messages: an element of a tensor; ids are shown in full:")]
    [InlineData(0.0, "0")]
    [InlineData(128_000.0, "128000")]
    [InlineData(-128_256.0, "-128256")]
    [InlineData(1.921875, "1.92188")]
    [InlineData(-0.00012345678, "-0.000123457")]
    [InlineData(1.5e-7, "1.5e-7")]
    [InlineData(123_456.78, "1.23457e+5")]
    [InlineData(99_999.999, "100000")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1e15, "1e+15")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.PositiveInfinity, "inf")]
    public void Values(double value, string expected) => NumberText.Value(value).Should().Be(expected);

    [Theory(DisplayName = "numbers in messages: limits are as short as they go, distances have a digit after the point:")]
    [InlineData(0.0, "0", "0")]
    [InlineData(1e-5, "1e-5", "1.0e-5")]
    [InlineData(4.5678e-7, "4.57e-7", "4.57e-7")]
    [InlineData(0.004, "0.004", "0.004")]
    [InlineData(0.81654, "0.817", "0.817")]
    [InlineData(11.0, "11", "11")]
    [InlineData(0.001, "0.001", "0.001")]
    [InlineData(999.5, "1e+3", "1.0e+3")]
    [InlineData(double.PositiveInfinity, "inf", "inf")]
    public void Distances(double value, string limit, string measured) =>
        (NumberText.Limit(value), NumberText.Measured(value)).Should().Be((limit, measured));

    [Theory(DisplayName = "numbers in messages: whole numbers that follow each other are a range:")]
    [InlineData("")]
    [InlineData("4", 4)]
    [InlineData("0, 2–5, 9", 9, 3, 2, 4, 5, 0, 2)]
    public void Ranges(string expected, params int[] numbers) => NumberText.Ranges(numbers).Should().Be(expected);
}
