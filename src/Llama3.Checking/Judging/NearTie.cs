using Llama3.Checking.Goldens;
using Llama3.Reference;

namespace Llama3.Checking.Judging;

/// <summary>
/// Two tokens whose logits are as good as equal: roundings decide which of them is the largest, and neither is wrong. Of logits that are equal
/// the reference takes the first; a port may take any.
/// </summary>
/// <param name="Behind">How far the logit of the port's token is behind the largest.</param>
/// <param name="Error">How far the port's logits are off there; where they were not dumped, how far they may be.</param>
internal sealed record NearTie(double Behind, double Error)
{
    /// <summary>A port's token against another; null if they are the same, or not nearly tied, or the other is not the largest.</summary>
    /// <param name="actual">[] int64, the port's token.</param>
    /// <param name="expected">[] int64, the other.</param>
    /// <param name="logits">[vocab_size], what both are taken from.</param>
    /// <param name="error">How far a token's logit may be off.</param>
    public static NearTie? Between(Tensor actual, Tensor expected, float[] logits, Func<long, double> error)
    {
        if (actual.numel() != 1 || expected.numel() != 1) { return null; }
        var (own, other) = (actual.item<long>(), expected.item<long>());
        if (own == other || own < 0 || own >= logits.Length || other < 0 || other >= logits.Length || logits[other] != logits.Max()) { return null; }
        var tie = new NearTie((double)logits[other] - logits[own], error(own) + error(other));
        return tie.Behind <= tie.Error ? tie : null;
    }

    /// <summary>How far each logit may be off if all together are as far off as they may be.</summary>
    /// <param name="tolerances">How closely a port must agree.</param>
    /// <param name="logits">[vocab_size] float32.</param>
    /// <param name="rounded">The same, computed in bfloat16; asked for where it is needed.</param>
    public static double Allowed(PortTolerances tolerances, Tensor logits, Func<Tensor> rounded) =>
        tolerances.Judge(ArticleSteps.logits, PortTolerances.Golden, logits, logits, rounded, () => null).Limit
        * Math.Sqrt(logits.ToSingles().Average(logit => (double)logit * logit));
}
