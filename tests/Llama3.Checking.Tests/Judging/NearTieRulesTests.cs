using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Which two tokens are nearly tied, by a few logits.</summary>
public sealed class NearTieRulesTests
{
    private static readonly float[] Logits = [1, 4, 3.5f, 4];

    [Theory(DisplayName = "near ties: the other must be the largest, and the port's no further behind than both logits may be off:")]
    [InlineData(2, 1, 0.25, true)]
    [InlineData(2, 1, 0.24, false)]
    [InlineData(3, 1, 0, true)] // equal
    [InlineData(0, 1, 1.5, true)]
    [InlineData(1, 2, 9, false)] // the other is not the largest
    [InlineData(1, 1, 9, false)] // the same token
    [InlineData(-1, 1, 9, false)]
    [InlineData(4, 1, 9, false)]
    [InlineData(1, -1, 9, false)]
    [InlineData(1, 4, 9, false)]
    public void Between(long own, long other, double error, bool isNear)
    {
        var tie = NearTie.Between(torch.tensor(own), torch.tensor(other), Logits, _ => error);

        tie.Should().Be(isNear ? new NearTie(Logits[other] - Logits[own], 2 * error) : null);
    }

    [Fact(DisplayName = "near ties: several tokens are not compared")]
    public void Several()
    {
        NearTie.Between(torch.tensor([2L, 3L]), torch.tensor(1L), Logits, _ => 9).Should().BeNull();
        NearTie.Between(torch.tensor(2L), torch.tensor([1L, 3L]), Logits, _ => 9).Should().BeNull();
    }

    [Fact(DisplayName = "near ties: each token has an error of its own")]
    public void Errors() => NearTie.Between(torch.tensor(2L), torch.tensor(1L), Logits, token => token == 2 ? 0.4 : 0.2)!.Error.Should().BeApproximately(0.6, 1e-12);
}
