using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Hugging Face's order of queries and keys: the two numbers of a pair are in the two halves of a head instead of side by side, and wq
/// and wk are permuted to match. A port in this order is right, and what it dumped is rearranged before it is compared.
/// <see cref="HalfSplitRecognition"/> tells which results are in it.
/// </summary>
/// <param name="Results">The results in that order, by step and layer.</param>
/// <param name="Notes">A note that names the steps; none where there are no such results.</param>
internal sealed record HalfSplit(IReadOnlySet<(ArticleStep Step, int Layer)> Results, IReadOnlyList<string> Notes)
{
    private static readonly ArticleStep[] Rotated = [q_per_token, k_per_token, q_per_token_rotated, k_per_token_rotated, CacheSteps.k_cache];

    private static readonly ArticleStep[] WeightsAndViews =
    [
        q_layer0, q_layer0_head0, q_per_token_split_into_pairs, q_per_token_as_complex_numbers, q_per_token_as_complex_numbers_rotated,
        q_per_token_split_into_pairs_rotated, k_layer0, k_layer0_head0, k_per_token_split_into_pairs, k_per_token_as_complex_numbers,
        k_per_token_split_into_pairs_rotated,
    ];

    /// <summary>Nothing is in that order: pairs are side by side everywhere.</summary>
    public static HalfSplit None { get; } = new(new HashSet<(ArticleStep, int)>(), []);

    /// <summary>All steps whose results may be in that order.</summary>
    public static IReadOnlySet<ArticleStep> Steps { get; } = Rotated.Concat(WeightsAndViews).ToHashSet();

    /// <summary>Whether a step has queries or keys, before the rotation or after it; weights and views of them do not count.</summary>
    public static bool IsRotated(ArticleStep step) => Rotated.Contains(step);

    /// <summary>The tensor with its pairs side by side.</summary>
    public Tensor Undo(Tensor tensor, ArticleStep step, int layer) => Results.Contains((step, layer)) ? SideBySide(tensor, step) : tensor;

    /// <summary>Puts pairs that are in two halves side by side; the shape stays.</summary>
    public static Tensor SideBySide(Tensor halves, ArticleStep step) =>
        step.dtype == ScalarType.ComplexFloat32 ? torch.view_as_complex(OfPairs(torch.view_as_real(halves)).contiguous())
        : step.shape.Names is [.., "head_dim/2", "2"] ? OfPairs(halves)
        : step.shape.Names is [.., "head_dim", "dim"] ? SideBySide(halves.transpose(-1, -2)).transpose(-1, -2)
        : SideBySide(halves);

    /// <summary>[..., head_dim]</summary>
    public static Tensor SideBySide(Tensor halves) =>
        halves.reshape([.. halves.shape[..^1], 2, halves.shape[^1] / 2]).transpose(-1, -2).reshape(halves.shape);

    /// <summary>[..., head_dim/2, 2]: numbers that were taken as pairs of neighbours, although the pairs are in the halves.</summary>
    private static Tensor OfPairs(Tensor pairs) => SideBySide(pairs.reshape([.. pairs.shape[..^2], -1])).reshape(pairs.shape);
}
