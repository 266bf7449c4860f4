using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Numbers;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Judging;

/// <summary>Finds out what a port computed in: from its numbers, since many write everything as float32.</summary>
internal static class PrecisionDetection
{
    private const int Enough = 3;

    /// <summary>What matrix products yield is rounded in any port of low precision; norms and residuals may be kept in float32.</summary>
    private static readonly ArticleStep[] Products =
        [q_per_token, k_per_token, v_per_token, embedding_delta, output_after_feedforward, logits];

    /// <summary>The lowest precision that holds, without loss, the first few results that it would have rounded.</summary>
    public static PortPrecision Detect(DumpedRun dump)
    {
        var telling = dump.Tensors.Where(tensor => Products.Contains(tensor.Step)).ToList();
        if (telling.Count == 0) { telling = [.. dump.Tensors.Where(tensor => Rounds(tensor.Step))]; }
        var rounded = telling.Take(Enough).Select(tensor => tensor.Read().ToSingles()).ToList();
        return rounded.Count == 0 ? PortPrecision.fp32
            : rounded.TrueForAll(numbers => Array.TrueForAll(numbers, Rounding.IsBFloat16)) ? PortPrecision.bf16
            : rounded.TrueForAll(numbers => Array.TrueForAll(numbers, Rounding.IsHalf)) ? PortPrecision.fp16
            : PortPrecision.fp32;
    }

    /// <summary>Not the weights and what is copied from them: those are bfloat16 in the file.</summary>
    private static bool Rounds(ArticleStep step) => step.dtype == bfloat16 && step.shape.Names[0] == "T" && step != token_embeddings_unnormalized;
}
