using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Names;

/// <summary>
/// PyTorch modules of transformers: the output of a module under its path, the input of some under the path with ".input" after it.
/// </summary>
internal static class HuggingFaceModules
{
    /// <summary>The table.</summary>
    public static Convention All { get; } = new("Hugging Face",
    [
        ("input_ids", tokens), ("model.embed_tokens", token_embeddings_unnormalized),
        ("model.layers.{n}.input_layernorm", token_embeddings),
        ("model.layers.{n}.self_attn.q_proj", q_per_token), ("model.layers.{n}.self_attn.k_proj", k_per_token),
        ("model.layers.{n}.self_attn.v_proj", v_per_token),
        ("model.layers.{n}.self_attn.attn_weights", qk_per_token_after_masking_after_softmax),
        ("model.layers.{n}.self_attn.o_proj.input", stacked_qkv_attention), ("model.layers.{n}.self_attn.o_proj", embedding_delta),
        ("model.layers.{n}.self_attn", embedding_delta), ("model.layers.{n}.post_attention_layernorm.input", embedding_after_edit),
        ("model.layers.{n}.post_attention_layernorm", embedding_after_edit_normalized),
        ("model.layers.{n}.mlp.gate_proj", feed_forward_gate), ("model.layers.{n}.mlp.act_fn", feed_forward_gate_activated),
        ("model.layers.{n}.mlp.up_proj", feed_forward_up), ("model.layers.{n}.mlp.down_proj.input", feed_forward_product),
        ("model.layers.{n}.mlp.down_proj", output_after_feedforward), ("model.layers.{n}.mlp", output_after_feedforward),
        ("model.layers.{n}", layer_0_embedding),
        ("model.norm.input", final_embedding), ("model.norm", final_embedding_normalized), ("lm_head", logits),
    ])
    {
        Tables = ("model.rotary_emb.cos", "model.rotary_emb.sin"),
        Fused =
        [
            FusedAlias.QueriesKeysValues("model.layers.{n}.self_attn.qkv_proj"), FusedAlias.GateAndUp("model.layers.{n}.mlp.gate_up_proj"),
        ],
    };
}
