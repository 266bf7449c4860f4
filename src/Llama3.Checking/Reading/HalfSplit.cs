using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Hugging Face's order of queries and keys: a head's pairs lie in its two halves instead of side by side, and wq and wk are
/// permuted to match. Such a port is right, and its queries and keys are rearranged before they are compared.
/// <see cref="HalfSplitRecognition"/> tells in which layers they are.
/// </summary>
/// <param name="Layers">The layers in that order.</param>
/// <param name="Notes">What is said of it; nothing where there are no such layers.</param>
internal sealed record HalfSplit(IReadOnlySet<int> Layers, IReadOnlyList<string> Notes)
{
    private static readonly ArticleStep[] Rotated = [q_per_token, k_per_token, q_per_token_rotated, k_per_token_rotated];

    /// <summary>Pairs are side by side in every layer.</summary>
    public static HalfSplit None { get; } = new(new HashSet<int>(), []);

    /// <summary>Whether a step has queries or keys, before the rotation or after it.</summary>
    public static bool IsRotated(ArticleStep step) => Rotated.Contains(step);

    /// <summary>The tensor with its pairs side by side.</summary>
    public Tensor Undo(Tensor tensor, ArticleStep step, int layer) =>
        Layers.Contains(layer) && (IsRotated(step) || step == CacheSteps.k_cache) ? SideBySide(tensor) : tensor;

    /// <summary>[…, head_dim] with its pairs side by side, of one with its pairs in two halves.</summary>
    public static Tensor SideBySide(Tensor halves) =>
        halves.reshape([.. halves.shape[..^1], 2, halves.shape[^1] / 2]).transpose(-1, -2).reshape(halves.shape);
}
