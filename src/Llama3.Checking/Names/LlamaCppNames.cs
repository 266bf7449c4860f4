using System.Text.RegularExpressions;
using Llama3.Reference;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Names;

/// <summary>
/// The names of llama.cpp's nodes. Several nodes may have one name: the second and third of it are dumped with "#2" and "#3" after it.
/// Queries and keys are there as computed, as cut into heads, and rotated; whoever dumps by hand calls the last Qcur_rope and Kcur_rope.
/// </summary>
internal static partial class LlamaCppNames
{
    /// <summary>"llama.cpp"</summary>
    public const string Name = "llama.cpp";

    /// <summary>The table.</summary>
    public static Convention All { get; } = new(Name,
    [
        ("inp_tokens", tokens), ("inp_embd", token_embeddings_unnormalized), ("embd", token_embeddings_unnormalized),
        ("norm-{n}", attention_norm_before_weight), ("attn_norm-{n}", token_embeddings), ("norm-{n}#2", ffn_norm_before_weight),
        ("Qcur-{n}", q_per_token), ("Kcur-{n}", k_per_token), ("Vcur-{n}", v_per_token),
        ("Qcur-{n}#2", q_per_token), ("Kcur-{n}#2", k_per_token), ("Vcur-{n}#2", v_per_token),
        ("Qcur-{n}#3", q_per_token_rotated), ("Kcur-{n}#3", k_per_token_rotated),
        ("Qcur_rope-{n}", q_per_token_rotated), ("Kcur_rope-{n}", k_per_token_rotated),
        ("kq-{n}", qk_per_token_before_scaling), ("KQ_mask", mask), ("attn_inp_kq_mask", mask),
        ("kq_soft_max-{n}", qk_per_token_after_masking_after_softmax), ("kq_soft_max_ext-{n}", qk_per_token_after_masking_after_softmax),
        ("kqv-{n}", qkv_attention), ("kqv_merged-{n}", stacked_qkv_attention), ("kqv_merged_cont-{n}", stacked_qkv_attention),
        ("kqv_out-{n}", embedding_delta), ("attn_out-{n}", embedding_delta), ("ffn_inp-{n}", embedding_after_edit),
        ("ffn_norm-{n}", embedding_after_edit_normalized), ("ffn_gate-{n}", feed_forward_gate), ("ffn_silu-{n}", feed_forward_gate_activated),
        ("ffn_up-{n}", feed_forward_up), ("ffn_gate_par-{n}", feed_forward_product), ("ffn_swiglu-{n}", feed_forward_product),
        ("ffn_out-{n}", output_after_feedforward), ("l_out-{n}", layer_0_embedding),
        ("cache_k_l{n} (view) (permuted)", CacheSteps.k_cache), ("cache_v_l{n} (view) (permuted)", CacheSteps.v_cache),
        ("result_norm", final_embedding_normalized), ("result_output", logits),
    ])
    {
        Fused = [FusedAlias.QueriesKeysValues("wqkv-{n}")],
    };

    /// <summary>
    /// Whether llama.cpp has made up a name: of a view of another node, such as "Kcur-0 (view)", of a node without a name, "node_23", or of an
    /// input without one, "leaf_5". What they hold is not judged.
    /// </summary>
    public static bool IsMadeUp(string name) => MadeUp().IsMatch(name);

    [GeneratedRegex(@"^(.* \((view|reshaped|permuted|transposed|cont|copy( of .*)?)\)|node_[0-9]+|leaf_[0-9]+)(#[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MadeUp();
}
