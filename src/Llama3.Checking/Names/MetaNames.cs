using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.CacheSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Names;

/// <summary>
/// PyTorch modules under the names of Meta's code: the output of a module under its path, the input of some under the path with ".input"
/// after it. nano-llama31, gpt-fast and others call their modules so too.
/// </summary>
internal static class MetaNames
{
    /// <summary>The table.</summary>
    public static Convention All { get; } = new("Meta's modules",
    [
        ("tok_embeddings", token_embeddings_unnormalized), ("layers.{n}.attention_norm", token_embeddings),
        ("layers.{n}.attention.wq", q_per_token), ("layers.{n}.attention.wk", k_per_token), ("layers.{n}.attention.wv", v_per_token),
        ("layers.{n}.attention.apply_rotary_emb.xq", q_per_token_rotated), ("layers.{n}.attention.apply_rotary_emb.xk", k_per_token_rotated),
        ("layers.{n}.attention.cache_k", k_cache), ("layers.{n}.attention.cache_v", v_cache),
        ("layers.{n}.attention.scores", qk_per_token_after_masking), ("layers.{n}.attention.softmax", qk_per_token_after_masking_after_softmax),
        ("layers.{n}.attention.wo.input", stacked_qkv_attention), ("layers.{n}.attention.wo", embedding_delta),
        ("layers.{n}.attention", embedding_delta), ("layers.{n}.ffn_norm.input", embedding_after_edit),
        ("layers.{n}.ffn_norm", embedding_after_edit_normalized),
        ("layers.{n}.feed_forward.w1", feed_forward_gate), ("layers.{n}.feed_forward.w3", feed_forward_up),
        ("layers.{n}.feed_forward.w2.input", feed_forward_product), ("layers.{n}.feed_forward.w2", output_after_feedforward),
        ("layers.{n}.feed_forward", output_after_feedforward), ("layers.{n}", layer_0_embedding),
        ("norm.input", final_embedding), ("norm", final_embedding_normalized), ("output", logits),
    ])
    {
        Fused =
        [
            FusedAlias.QueriesKeysValues("layers.{n}.attention.wqkv"), FusedAlias.QueriesKeysValues("layers.{n}.attention.qkv"),
            FusedAlias.QueriesKeysValues("layers.{n}.attention.qkv_proj"), FusedAlias.GateAndUp("layers.{n}.feed_forward.w13"),
        ],
    };
}
