using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Hugging Face's order of queries and keys: the two numbers of a pair are in the two halves of a head instead of side by side, and wq
/// and wk are permuted to match. A port in this order is right, and its queries and keys are rearranged before they are compared.
/// <see cref="HalfSplitRecognition"/> tells which layers are in it.
/// </summary>
/// <param name="Layers">The layers in that order.</param>
/// <param name="Notes">A note that names the steps; none where there are no such layers.</param>
internal sealed record HalfSplit(IReadOnlySet<int> Layers, IReadOnlyList<string> Notes)
{
    private static readonly ArticleStep[] Rotated = [q_per_token, k_per_token, q_per_token_rotated, k_per_token_rotated];

    /// <summary>No layer is in that order: pairs are side by side everywhere.</summary>
    public static HalfSplit None { get; } = new(new HashSet<int>(), []);

    /// <summary>Whether a step has queries or keys, before the rotation or after it.</summary>
    public static bool IsRotated(ArticleStep step) => Rotated.Contains(step);

    /// <summary>The tensor with its pairs side by side.</summary>
    public Tensor Undo(Tensor tensor, ArticleStep step, int layer) =>
        Layers.Contains(layer) && (IsRotated(step) || step == CacheSteps.k_cache) ? SideBySide(tensor) : tensor;

    /// <summary>Puts pairs that are in two halves side by side; the shape, [..., head_dim], stays.</summary>
    public static Tensor SideBySide(Tensor halves) =>
        halves.reshape([.. halves.shape[..^1], 2, halves.shape[^1] / 2]).transpose(-1, -2).reshape(halves.shape);
}
