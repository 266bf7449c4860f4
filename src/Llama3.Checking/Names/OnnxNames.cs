using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.CacheSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Names;

/// <summary>
/// The nodes of an ONNX export: the path of a module, then an operation in it. Those of one export that have no module of their own are
/// counted, and another version counts otherwise: they are not here.
/// </summary>
internal static class OnnxNames
{
    /// <summary>The table: exports of Meta's modules, then of Hugging Face's.</summary>
    public static Convention All { get; } = new("ONNX",
    [
        ("/tok_embeddings/Gather_output_0", token_embeddings_unnormalized),
        .. Norm("/layers.{n}/attention_norm", attention_norm_before_weight, token_embeddings),
        ("/layers.{n}/attention/wq/MatMul_output_0", q_per_token), ("/layers.{n}/attention/wk/MatMul_output_0", k_per_token),
        ("/layers.{n}/attention/wv/MatMul_output_0", v_per_token),
        ("/layers.{n}/attention/Softmax_output_0", qk_per_token_after_masking_after_softmax),
        ("/layers.{n}/attention/wo/MatMul_output_0", embedding_delta), ("/layers.{n}/Add_output_0", embedding_after_edit),
        .. Norm("/layers.{n}/ffn_norm", ffn_norm_before_weight, embedding_after_edit_normalized),
        ("/layers.{n}/feed_forward/w1/MatMul_output_0", feed_forward_gate), ("/layers.{n}/feed_forward/w3/MatMul_output_0", feed_forward_up),
        ("/layers.{n}/feed_forward/Mul_output_0", feed_forward_gate_activated), ("/layers.{n}/feed_forward/Mul_1_output_0", feed_forward_product),
        ("/layers.{n}/feed_forward/w2/MatMul_output_0", output_after_feedforward), ("/layers.{n}/Add_1_output_0", layer_0_embedding),
        .. Norm("/norm", norm_before_weight, final_embedding_normalized), ("/output/MatMul_output_0", logits),
        ("/model/embed_tokens/Gather_output_0", token_embeddings_unnormalized),
        .. Norm("/model/layers.{n}/input_layernorm", attention_norm_before_weight, token_embeddings),
        ("/model/layers.{n}/self_attn/q_proj/MatMul_output_0", q_per_token), ("/model/layers.{n}/self_attn/k_proj/MatMul_output_0", k_per_token),
        ("/model/layers.{n}/self_attn/v_proj/MatMul_output_0", v_per_token),
        ("/model/layers.{n}/self_attn/Softmax_output_0", qk_per_token_after_masking_after_softmax),
        ("/model/layers.{n}/self_attn/o_proj/MatMul_output_0", embedding_delta), ("/model/layers.{n}/Add_output_0", embedding_after_edit),
        .. Norm("/model/layers.{n}/post_attention_layernorm", ffn_norm_before_weight, embedding_after_edit_normalized),
        ("/model/layers.{n}/mlp/gate_proj/MatMul_output_0", feed_forward_gate), ("/model/layers.{n}/mlp/up_proj/MatMul_output_0", feed_forward_up),
        ("/model/layers.{n}/mlp/act_fn/Mul_output_0", feed_forward_gate_activated), ("/model/layers.{n}/mlp/Mul_output_0", feed_forward_product),
        ("/model/layers.{n}/mlp/down_proj/MatMul_output_0", output_after_feedforward), ("/model/layers.{n}/Add_1_output_0", layer_0_embedding),
        .. Norm("/model/norm", norm_before_weight, final_embedding_normalized), ("/lm_head/MatMul_output_0", logits),
        ("present.{n}.key", k_cache), ("present.{n}.value", v_cache),
    ])
    {
        Tables = ("/model/rotary_emb/Cos_output_0", "/model/rotary_emb/Sin_output_0"),
        Fused =
        [
            FusedAlias.QueriesKeysValues("/layers.{n}/attention/wqkv/MatMul_output_0"),
            FusedAlias.QueriesKeysValues("/model/layers.{n}/self_attn/qkv_proj/MatMul_output_0"),
            FusedAlias.GateAndUp("/model/layers.{n}/mlp/gate_up_proj/MatMul_output_0"),
        ],
    };

    /// <summary>A norm is multiplied by its weight last.</summary>
    private static (string, ArticleStep)[] Norm(string module, ArticleStep before, ArticleStep after) =>
        [($"{module}/Mul_output_0", before), ($"{module}/Mul_1_output_0", after)];
}
