using Llama3.Formats.Input;
using Llama3.Reference.Generation;

namespace Llama3.Verify.Tests.Generation;

/// <summary>Drawing tokens by lot, worked out by hand.</summary>
public sealed class SamplerTests
{
    /// <summary>Probabilities 1/8, 1/2, 1/8, 1/4.</summary>
    private static readonly float[] Logits = [.. new[] { 0.125, 0.5, 0.125, 0.25 }.Select(probability => (float)Math.Log(probability))];

    [Theory(DisplayName = "candidates, the likeliest first, of equal ones the lowest id:")]
    [InlineData(1, 1, null, new[] { 1, 3, 0, 2 }, new[] { 1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 8.0 })]
    [InlineData(1, 1, 4, new[] { 1, 3, 0, 2 }, new[] { 1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 8.0 })]
    [InlineData(1, 1, 99, new[] { 1, 3, 0, 2 }, new[] { 1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 8.0 })]
    [InlineData(1, 1, 3, new[] { 1, 3, 0 }, new[] { 4 / 7.0, 2 / 7.0, 1 / 7.0 })]
    [InlineData(1, 1, 1, new[] { 1 }, new[] { 1.0 })]
    [InlineData(1, 0.8, null, new[] { 1, 3, 0 }, new[] { 4 / 7.0, 2 / 7.0, 1 / 7.0 })]
    [InlineData(1, 0.6, null, new[] { 1, 3 }, new[] { 2 / 3.0, 1 / 3.0 })]
    [InlineData(1, 0.4, null, new[] { 1 }, new[] { 1.0 })]
    [InlineData(1, 1e-9, null, new[] { 1 }, new[] { 1.0 })]
    [InlineData(1, 0.6, 2, new[] { 1 }, new[] { 1.0 })]
    [InlineData(0.5, 1, null, new[] { 1, 3, 0, 2 }, new[] { 16 / 22.0, 4 / 22.0, 1 / 22.0, 1 / 22.0 })]
    [InlineData(2, 1, 2, new[] { 1, 3 }, new[] { 0.585786438, 0.414213562 })]
    public void Candidates(double temperature, double top_p, int? top_k, int[] tokens, double[] probabilities)
    {
        var candidates = new Sampler(temperature, top_p, top_k).Candidates(Logits);
        candidates.Select(candidate => candidate.Token).Should().Equal(tokens);
        candidates.Select(candidate => candidate.Probability).Should().Equal(probabilities, (actual, expected) => Math.Abs(actual - expected) < 1e-7);
    }

    [Theory(DisplayName = "a lot from 0 to 1 picks the first candidate at which the sum exceeds it:")]
    [InlineData(0, 5)]
    [InlineData(0.49, 5)]
    [InlineData(0.5, 7)]
    [InlineData(0.74, 7)]
    [InlineData(0.75, 6)]
    [InlineData(0.9999999999999999, 6)]
    public void Pick(double number, int token) => Sampler.Pick([new(5, 0.5), new(7, 0.25), new(6, 0.25)], number).Should().Be(token);

    [Fact(DisplayName = "what rounding leaves over at the end belongs to the last candidate")]
    public void Rounding() => Sampler.Pick([new(5, 0.5), new(7, 0.4999)], 0.99999).Should().Be(7);

    [Fact(DisplayName = "seed 0 draws 0.726, 0.817, 0.768, 0.558, as .NET has always done")]
    public void Seed()
    {
        var (sampler, even) = (new Sampler(temperature: 1, seed: 0), torch.zeros(10));
        Enumerable.Range(0, 4).Select(_ => sampler.Next(even)).Should().Equal(7, 8, 7, 5);
    }

    [Fact(DisplayName = "temperature 0 takes the highest score; of equal ones the lowest id")]
    public void Greedy() => new Sampler().Next(torch.tensor(new[] { 1f, 3, 2, 3 })).Should().Be(1);

    [Fact(DisplayName = "scores far apart, and minus infinity, do not matter")]
    public void Far_apart()
    {
        var candidates = new Sampler(temperature: 1e-300).Candidates([-3e38f, 3e38f, float.NegativeInfinity]);
        candidates.Select(candidate => candidate.Probability).Should().Equal(1, 0, 0);
        candidates[0].Token.Should().Be(1);
    }

    [Theory(DisplayName = "scores of which nothing can be drawn:")]
    [InlineData(float.NaN, 0)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void No_numbers(float first, float second) => new Sampler(temperature: 1)
        .Invoking(sampler => sampler.Candidates([first, second]))
        .Should().Throw<BadInputException>().WithMessage("*NaN or infinite*");

    [Theory(DisplayName = "numbers that make no sense:")]
    [InlineData("temperature is -0.5; expected 0*", -0.5, 1, null)]
    [InlineData("temperature is NaN; *", double.NaN, 1, null)]
    [InlineData("temperature is Infinity; *", double.PositiveInfinity, 1, null)]
    [InlineData("top-p is 0; expected more than 0, at most 1*", 1, 0, null)]
    [InlineData("top-p is 1.01; *", 1, 1.01, null)]
    [InlineData("top-p is NaN; *", 1, double.NaN, null)]
    [InlineData("top-k is 0; expected 1 or more", 1, 1, 0)]
    public void Nonsense(string message, double temperature, double top_p, int? top_k) => FluentActions
        .Invoking(() => new Sampler(temperature, top_p, top_k)).Should().Throw<BadInputException>().WithMessage(message);
}
