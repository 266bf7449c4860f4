using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Names;

/// <summary>The hooks of TransformerLens, with or without its processing of weights.</summary>
internal static class TransformerLensNames
{
    /// <summary>The table.</summary>
    public static Convention All { get; } = new("TransformerLens",
    [
        ("hook_embed", token_embeddings_unnormalized), ("blocks.{n}.ln1.hook_normalized", attention_norm_before_weight),
        ("blocks.{n}.attn.hook_q", q_per_token), ("blocks.{n}.attn.hook_k", k_per_token), ("blocks.{n}.attn.hook_v", v_per_token),
        ("blocks.{n}.attn.hook_rot_q", q_per_token_rotated), ("blocks.{n}.attn.hook_rot_k", k_per_token_rotated),
        ("blocks.{n}.attn.hook_attn_scores", qk_per_token_after_masking),
        ("blocks.{n}.attn.hook_pattern", qk_per_token_after_masking_after_softmax),
        ("blocks.{n}.attn.hook_z", qkv_attention), ("blocks.{n}.hook_attn_out", embedding_delta),
        ("blocks.{n}.hook_resid_mid", embedding_after_edit), ("blocks.{n}.ln2.hook_normalized", ffn_norm_before_weight),
        ("blocks.{n}.mlp.hook_pre", feed_forward_gate), ("blocks.{n}.mlp.hook_pre_linear", feed_forward_up),
        ("blocks.{n}.mlp.hook_post", feed_forward_product), ("blocks.{n}.hook_mlp_out", output_after_feedforward),
        ("blocks.{n}.hook_resid_post", layer_0_embedding), ("ln_final.hook_normalized", norm_before_weight),
        ("unembed.hook_out", logits),
    ]);
}
