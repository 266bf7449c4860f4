using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>Ports that approximate exp round otherwise than the known mistake does: it is named all the same.</summary>
public sealed class FastExpTests
{
    [Fact(DisplayName = "softmax_fast_exp: the sum in float32 rounds to 64 of 2^23 parts")]
    public void In_float32() => IsNamed(x => (int)(x * 12102203f + 1064866805f));

    [Fact(DisplayName = "softmax_fast_exp: the product is cut to a whole number first")]
    public void In_whole_numbers() => IsNamed(x => (int)(x * 12102203f) + 1064866816);

    private static void IsNamed(Func<float, int> bits)
    {
        var softmax = ArticleSteps.qk_per_token_after_masking_after_softmax;
        using var walk = Micro.Walk(float32).With(new Dictionary<ArticleStep, Func<Values, StepResult>> { [softmax] = v => Softmax(v[ArticleSteps.qk_per_token_after_masking], bits) });
        var faults = Port.Check(MicroModel.Micro, Port.Tensors(walk, step => step.number < ArticleSteps.logits.number)).Results.Where(result => result.IsFault).ToList();
        faults.Should().HaveCount(3, "one in each layer").And.OnlyContain(fault => fault.Step == softmax);
        faults.SelectMany(fault => fault.LooksLike).Select(mistake => mistake.Name).Distinct().Should().Equal("softmax_fast_exp");
    }

    private static Tensor Softmax(Tensor scores, Func<float, int> bits)
    {
        var rows = scores.ToSingles().Chunk((int)scores.shape[^1]).Select(row =>
        {
            var powers = row.Select(score => float.IsInfinity(score) ? 0 : BitConverter.Int32BitsToSingle(bits(score - row.Max()))).ToArray();
            return powers.Select(power => power / powers.Sum());
        });
        return torch.tensor(rows.SelectMany(row => row).ToArray(), scores.shape);
    }
}
