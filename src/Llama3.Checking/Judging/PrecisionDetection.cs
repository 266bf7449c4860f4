using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Numbers;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Judging;

/// <summary>
/// Finds out what a port computes in. The dtype of a file does not show it: many ports write everything as float32. Its rule: the port
/// computes in the lowest precision that holds its first few rounded results without loss.
/// </summary>
/// <remarks>Example: if the last 16 bits of every number of three matrix products are 0, the port computes in bfloat16.</remarks>
internal static class PrecisionDetection
{
    /// <summary>How many results are read. It is enough: not even one has only such numbers by chance.</summary>
    private const int Enough = 3;

    /// <summary>The results of matrix products, which every port of low precision rounds; norms and residuals may be kept in float32.</summary>
    private static readonly ArticleStep[] Products =
        [q_per_token, k_per_token, v_per_token, embedding_delta, output_after_feedforward, logits];

    /// <summary>Float32 in the notebook, though ports of low precision round them.</summary>
    private static readonly ArticleStep[] Turned = [q_per_token_rotated, k_per_token_rotated];

    /// <summary>The precision of a port; float32 where nothing that was dumped shows it.</summary>
    public static PortPrecision Detect(DumpedRun dump)
    {
        // What was fed has the numbers that it was given.
        var own = dump.Tensors.Where(tensor => dump.Golden.InputOf(tensor.Step, tensor.Scope, float32) is null).ToList();
        List<DumpedResult> telling = [.. own.Where(tensor => Products.Contains(tensor.Step))];
        if (telling.Count == 0) { telling = [.. own.Where(tensor => IsRounded(tensor.Step))]; }
        if (telling.Count == 0) { telling = [.. own.Where(tensor => Turned.Contains(tensor.Step))]; }
        var results = telling.Select(tensor => tensor.Read().ToSingles()).Where(IsTelling).Take(Enough).ToList();
        return results.Count == 0 ? PortPrecision.fp32
            : results.TrueForAll(numbers => Array.TrueForAll(numbers, Rounding.IsBFloat16)) ? PortPrecision.bf16
            : results.TrueForAll(numbers => Array.TrueForAll(numbers, Rounding.IsHalf)) ? PortPrecision.fp16
            : PortPrecision.fp32;
    }

    /// <summary>NaN, infinities and zeros are the same in every precision: a dump of nothing else does not tell.</summary>
    private static bool IsTelling(float[] numbers) => Array.Exists(numbers, number => float.IsFinite(number) && number != 0);

    /// <summary>Whether the notebook rounds it. Weights, and rows of them, are bfloat16 in the file, whatever the port computes in.</summary>
    private static bool IsRounded(ArticleStep step) =>
        step.dtype == bfloat16 && step.shape.Names[0] == "T" && step != token_embeddings_unnormalized;
}
