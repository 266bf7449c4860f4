using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Names;

/// <summary>What a port is asked to dump.</summary>
internal static class DumpContract
{
    /// <summary>What every implementation has as a tensor: a port MUST dump these, in every layer.</summary>
    public static IReadOnlyList<ArticleStep> Must { get; } =
    [
        tokens, token_embeddings_unnormalized, token_embeddings, q_per_token, q_per_token_rotated, k_per_token, k_per_token_rotated,
        v_per_token, stacked_qkv_attention, embedding_delta, embedding_after_edit, embedding_after_edit_normalized,
        output_after_feedforward, layer_0_embedding, final_embedding_normalized, logits, next_token,
    ];

    /// <summary>
    /// Weights, views and tables that most ports do not have as tensors of their own. Where one is not dumped, it counts as a part of
    /// the step that uses it. Any other step that is not dumped leaves an interval in which a fault may be.
    /// </summary>
    public static bool IsFolded(Input input) => input.Step is not { } step || Folded.Contains(step);

    /// <summary>Weights, tables and the mask: what is there before a layer computes anything, and may be prepared in more than one place.</summary>
    public static IReadOnlySet<ArticleStep> Prepared { get; } = new HashSet<ArticleStep>
    {
        q_layer0, q_layer0_head0, k_layer0, k_layer0_head0, v_layer0, v_layer0_head0, w_layer0,
        zero_to_one_split_into_64_parts, freqs, freqs_for_each_token, freqs_cis, mask, CacheSteps.positions,
    };

    /// <summary>Whether a fault is looked for in what counts as a part of the step that uses it: in the mask, and in what is kept of earlier passes.</summary>
    public static bool MayHoldFault(Input input) => input.Step == mask || input.Step is { is_cache: true };

    private static readonly HashSet<ArticleStep> Folded =
    [
        q_per_token_split_into_pairs, q_per_token_as_complex_numbers, q_per_token_as_complex_numbers_rotated,
        q_per_token_split_into_pairs_rotated, k_per_token_split_into_pairs, k_per_token_as_complex_numbers,
        k_per_token_split_into_pairs_rotated, stacked_qkv_attention, final_embedding, CacheSteps.k_cache, CacheSteps.v_cache,
        .. Prepared, .. FinerPoints.all,
    ];
}
