using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Combination;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;
using Wrong = (Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>);

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Mistakes of the same step, or of steps between which a port need dump nothing.</summary>
internal static class Combinations
{
    public static IReadOnlyList<Stranger> Pairs { get; } = [.. OfNorms, .. OfWeights, .. OfRotations, .. OfAttention, .. OfTheRest, .. OfPasses];

    /// <summary>Of the rotation: frequencies, positions and layout at once.</summary>
    public static IReadOnlyList<Stranger> Triples { get; } =
    [
        Of("rope_theta_1e4 rope_exponent_off_by_one rope_pos_plus1"), Of("rope_theta_1e4 rope_exponent_halved rope_pos_plus1"),
        Of("rope_theta_1e4 rope_exponent_over_dim rope_pos_plus1"), Of("rope_theta_1e4 rope_exponent_off_by_one rope_pos_reversed"),
        Of("rope_theta_1e6 rope_exponent_off_by_one rope_pos_plus1"), Of("rope_theta_1e4 rope_pos_plus1 rope_half_split"),
        Of("rope_theta_1e4 rope_exponent_off_by_one rope_half_split"), Of("rope_theta_1e4 rope_pos_plus1 rope_parts_swapped"),
        Of("rope_theta_1e4 rope_exponent_off_by_one rope_not_q"), Of("rope_theta_1e4 rope_pos_plus1 rope_in_place"),
    ];

    private static IEnumerable<Stranger> OfNorms =>
    [
        Of("norms_swapped eps_1e-6", Norms("ffn_norm", "attention_norm")), Of("norms_swapped layernorm", Norms("ffn_norm", "attention_norm")),
        Of("attention_norm_by_ffn_norm norm_std_unbiased", Norms("ffn_norm", "ffn_norm")), Of("ffn_norm_by_attention_norm norm_sum_not_mean", Norms("attention_norm", "attention_norm")),
        Of("norm_no_weight eps_1e-6", Weighted((x, _) => x)), Of("norm_no_weight layernorm", Weighted((x, _) => x)), Of("norm_weight_plus1 eps_1e-6", Weighted((x, w) => x * (w + 1))),
        Of("norm_weight_plus1 norm_no_sqrt", Weighted((x, w) => x * (w + 1))),
        Of("layernorm eps_1e-6", Normalized(x => Centred(x) * torch.rsqrt(Centred(x).pow(2).mean([-1], keepdim: true) + 1e-6))),
        Of("no_final_norm one_layer_short"), Of("final_norm_by_ffn_norm one_layer_short"), Of("no_final_norm second_last"),
    ];

    private static IEnumerable<Stranger> OfWeights =>
    [
        Of("wq_transposed q_head_off_by_one"), Of("wq_hf_permuted q_head_off_by_one"), Of("q_heads_strided q_head_off_by_one"), Of("qk_hf_permuted kv_reversed"),
        Of("wk_wv_transposed kv_reversed"), Of("v_from_wk kv_reversed"), Of("attn_input_unnormalized wq_transposed"), Of("attn_input_unnormalized v_from_wk"),
        Of("split_no_transpose wk_wv_transposed"), Of("wq_transposed wk_hf_permuted"), Of("qk_hf_permuted rope_theta_1e4"),
        Of("embed_scale embedding_off_by_one", (token_embeddings_unnormalized, v => v.weight("tok_embeddings").index_select(0, v[tokens] + 1) * Math.Sqrt(v.config.dim))),
    ];

    private static IEnumerable<Stranger> OfRotations =>
    [
        Of("rope_theta_1e4 rope_pos_plus1"), Of("rope_theta_1e4 rope_half_split"), Of("rope_theta_1e4 rope_negative"), Of("rope_theta_1e4 rope_cos_sin_swapped"),
        Of("rope_theta_1e6 rope_half_split"), Of("rope_pos_plus1 rope_half_split"), Of("rope_exponent_halved rope_theta_1e4"), Of("rope_exponent_off_by_one rope_theta_1e4"),
        Of("rope_exponent_over_dim rope_pos_plus1"), Of("rope_pos_plus1 rope_negative"), Of("rope_pos_reversed rope_half_split"), Of("rope_theta_1e4 rope_parts_swapped"),
        Of("rope_theta_1e4 rope_not_k"), Of("rope_pos_plus1 rope_not_q"), Of("rope_theta_1e4 rope_on_v"), Of("rope_theta_1e4 rope_in_place"), Of("rope_theta_1e4 rope_by_head"),
        Of("rope_half_split rope_x_twice"), Of("rope_not_inverted rope_half_split"), Of("rope_cos_sin_swapped rope_half_split"), Of("rope_exponent_halved rope_half_split"),
    ];

    private static IEnumerable<Stranger> OfAttention =>
    [
        Of("gqa_modulo no_scale", (qk_per_token, v => v[qk_per_token_before_scaling] * 1)), Of("kv_always_0 scale_dim", (qk_per_token, v => v[qk_per_token_before_scaling] / Math.Sqrt(80))),
        Of("gqa_modulo mask_missing"), Of("gqa_clamped mask_diag2"), Of("mask_diag2 softmax_base2"), Of("mask_diag2 no_scale"), Of("mask_missing scale_n_heads"),
        Of("scale_dim softmax_base2"), Of("scale_hd_not_sqrt softmax_base2"), Of("no_scale mask_multiply"), Of("no_scale softmax_no_norm"), Of("no_scale mask_after_softmax"),
        Of("gqa_modulo_v softmax_base2"), Of("gqa_modulo_k concat_interleaved"), Of("gqa_modulo concat_reversed"), Of("mask_missing concat_no_transpose"), Of("softmax_base2 concat_reversed"),
        Of("mask_missing softmax_over_heads"),
        Of("softmax_base2 softmax_no_norm", (qk_per_token_after_masking_after_softmax, v =>
            ((v[qk_per_token_after_masking] - v[qk_per_token_after_masking].max(-1, keepdim: true).values) * Math.Log(2)).exp())),
    ];

    private static IEnumerable<Stranger> OfTheRest =>
    [
        Of("gelu w1_w3_swapped"), Of("gelu_erf w3_is_w1"), Of("relu gate_plus_up"), Of("gelu no_gate"), Of("sigmoid w1_w3_swapped"), Of("ffn_input_unnormalized gelu"),
        Of("silu_sign gate_plus_up"), Of("gelu w2_transposed", (output_after_feedforward, W2ReadAsInOut)), Of("gate_plus_up w2_transposed", (output_after_feedforward, W2ReadAsInOut)),
        Of("ffn_input_unnormalized w1_w3_swapped",
            (feed_forward_gate, v => Safe.matmul(v[embedding_after_edit], v.layer_weight("feed_forward.w3").T)),
            (feed_forward_up, v => Safe.matmul(v[embedding_after_edit], v.layer_weight("feed_forward.w1").T))),
        Of("gelu no_ffn_residual"), Of("wo_transposed attn_residual_twice"), Of("concat_reversed wo_transposed"),
        Of("tied_output second_last", (logits, v => Output(v, 2, "tok_embeddings"))), Of("tied_output logits_scaled", (logits, v => Output(v, 1, "tok_embeddings") / Math.Sqrt(80))),
        Of("second_last logits_scaled", (logits, v => Output(v, 2, "output") / Math.Sqrt(80))),
        Of("one_based_index second_best", (next_token, v => v[logits].topk(2).indexes[1] + 1)),
    ];

    private static IEnumerable<Stranger> OfPasses =>
    [
        Of("cache_pos_plus1 cache_heads_swapped"), Of("cache_pos_plus1 cache_of_layer_0"), Of("cache_pos_minus1 cache_mask_top_left"), Of("cache_mask_top_left cache_heads_swapped"),
        Of("cache_pos_restart rope_theta_1e4"), Of("cache_heads_swapped gqa_modulo"), Of("cache_pos_doubled cache_v_not_written"), Of("cache_rotated_twice no_scale"),
    ];

    private static Wrong[] Norms(string attention, string feed_forward) =>
    [
        (token_embeddings, v => v[attention_norm_before_weight] * v.layer_weight(attention)),
        (embedding_after_edit_normalized, v => v[ffn_norm_before_weight] * v.layer_weight(feed_forward)),
    ];

    private static Wrong[] Weighted(Func<Tensor, Tensor, Tensor> weigh) =>
    [
        (token_embeddings, v => weigh(v[attention_norm_before_weight], v.layer_weight("attention_norm"))),
        (embedding_after_edit_normalized, v => weigh(v[ffn_norm_before_weight], v.layer_weight("ffn_norm"))),
        (final_embedding_normalized, v => weigh(v[norm_before_weight], v.weight("norm"))),
    ];

    private static Wrong[] Normalized(Func<Tensor, Tensor> normalize) =>
    [
        (attention_norm_before_weight, v => normalize(v.layer_input)), (ffn_norm_before_weight, v => normalize(v[embedding_after_edit])), (norm_before_weight, v => normalize(v[final_embedding])),
    ];

    private static Tensor Centred(Tensor x) => x - x.mean([-1], keepdim: true);

    private static StepResult W2ReadAsInOut(Values v) => Safe.matmul(v[feed_forward_product], v.layer_weight("feed_forward.w2").view(-1, 80));

    private static Tensor Output(Values v, long from_the_end, string matrix) =>
        Safe.matmul(v[final_embedding_normalized][v[final_embedding_normalized].shape[0] - from_the_end], v.weight(matrix).T);
}
