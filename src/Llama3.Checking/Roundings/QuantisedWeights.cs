using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Roundings;

/// <summary>What ggml, and who does as ggml, rounds the other input of a product to: it depends on the type of the weights, which may differ from matrix to matrix.</summary>
/// <param name="checkpoint">The weights.</param>
internal sealed class QuantisedWeights(Checkpoint checkpoint)
{
    private static readonly Dictionary<ArticleStep, string> Matrices = new()
    {
        [ArticleSteps.q_per_token] = "attention.wq",
        [ArticleSteps.k_per_token] = "attention.wk",
        [ArticleSteps.v_per_token] = "attention.wv",
        [ArticleSteps.embedding_delta] = "attention.wo",
        [FinerPoints.feed_forward_gate] = "feed_forward.w1",
        [FinerPoints.feed_forward_up] = "feed_forward.w3",
        [ArticleSteps.output_after_feedforward] = "feed_forward.w2",
    };

    /// <summary>The types of the matrices, such as Q4_1 and Q8_0.</summary>
    public IReadOnlyList<string> Stored => [.. checkpoint.Params.tensor_shapes.Where(tensor => tensor.Value.Length > 1)
        .Select(tensor => checkpoint.stored(tensor.Key)).Distinct().Where(type => InputOf(type) is NarrowBlocks)];

    /// <summary>What the inputs of some of the products are rounded to.</summary>
    public IReadOnlyList<NarrowType> Types => [.. Stored.Select(InputOf).OfType<NarrowType>().Distinct()];

    /// <summary>Whether any product takes blocks of 8 bits.</summary>
    public static QuantisedWeights? Of(Checkpoint checkpoint) => new QuantisedWeights(checkpoint) is { Stored.Count: > 0 } quantised ? quantised : null;

    /// <summary>What a product rounds its input to; null for nothing.</summary>
    /// <param name="product">A product with weights.</param>
    /// <param name="layer">The layer.</param>
    public NarrowType? InputOf(ArticleStep product, int layer) =>
        InputOf(checkpoint.stored(product == ArticleSteps.logits ? "output.weight" : $"layers.{layer}.{Matrices[product]}.weight"));

    private static NarrowType? InputOf(string stored) => stored switch
    {
        "F16" => NarrowNumber.Float16,
        "BF16" => NarrowNumber.BFloat16,
        "Q4_0" or "Q5_0" or "Q8_0" => NarrowBlocks.Q8_0,
        "Q4_1" or "Q5_1" => NarrowBlocks.Q8_1,
        _ => stored.EndsWith("_K", StringComparison.Ordinal) ? NarrowBlocks.Q8_K : null,
    };
}
