namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Names that are true of a stranger, though it was made up without them: what computes the same numbers.</summary>
internal static class TrueNames
{
    private static readonly (string Why, string[] Strangers, string[] Names)[] All =
    [
        ("a factor, and the number is said", ["embedding_0.9", "embedding_1.01", "embedding_root_of_head_dim"], ["embeddings_scaled"]),
        ("a factor, and the number is said", ["attn_residual_0.9"], ["attn_residual_scaled"]),
        ("a factor, and the number is said", ["attn_residual_delta_twice", "attn_residual_depth", "attn_residual_minus"], ["attn_result_scaled"]),
        ("a factor, and the number is said", ["attn_residual_half"], ["attn_sum_scaled"]),
        ("a factor, and the number is said", ["ffn_residual_0.9"], ["ffn_residual_scaled"]),
        ("a factor, and the number is said", ["ffn_residual_minus", "ffn_residual_result_twice"], ["ffn_result_scaled"]),
        ("a factor, and the number is said", ["logits_0.9", "logits_1.01", "logits_negated"], ["logits_scaled_other"]),
        ("another number in its place", ["norm_dim_plus_1"], ["norm_divisor_other"]),
        ("all angles times a number",
            ["freqs_0.9", "freqs_1.01", "freqs_2pi", "freqs_degrees", "freqs_half", "positions_1.01", "positions_doubled", "positions_negative",
                "turned_1.01", "turned_half", "turned_twice"],
            ["rope_frequencies_scaled"]),
        ("where all scores are doubled, it is a scale", ["mask_added_twice_unmasked"], ["score_scale_other"]),
        ("scores times 0", ["softmax_uniform"], ["softmax_scale_other", "scale_zero"]),
        ("1 is what the largest exponential is", ["softmax_by_max_plus_sum", "softmax_plus_1"], ["softmax_plus1"]),
        ("known by now", ["act_hard_swish"], ["hardswish"]),
        ("known by now", ["act_squared_relu"], ["relu_squared"]),
        ("known by now", ["k_restart"], ["cache_pos_restart_k"]),
        ("known by now", ["q_from_position_restart"], ["cache_pos_restart_q"]),
        ("known by now", ["logits_softmax"], ["logits_softmax"]),
        ("known by now", ["scale_fourth_root"], ["scale_fourth_root"]),
        ("known by now", ["theta_5e4"], ["rope_theta_5e4"]),
        ("known by now", ["theta_499712"], ["rope_theta_499712"]),
        ("known by now", ["ffn_norm_of_layer_input"], ["ffn_beside_attention"]),
        ("both at once are the same", ["parallel_blocks"], ["ffn_beside_attention", "ffn_norm_by_attention_norm"]),
        ("both at once are the same", ["cache_pos_restart_at_1"], ["cache_pos_restart", "cache_pos_plus1"]),
        ("both at once give the same ids", ["tokens_shifted"], ["bos_twice", "prompt_trimmed"]),
        ("the second of two heads gets those of the first", ["cache_head_doubled"], ["cache_heads_swapped"]),
        ("the first and the last head have changed places", ["heads_swapped"], ["concat_reversed"]),
        ("for one token alone", ["mask_one_row_missing"], ["mask_missing"]),
        ("for the odd heads alone", ["turned_even_heads"], ["rope_not_q", "rope_not_k"]),
        ("the mask makes no difference over heads", ["mask_missing+softmax_over_heads"], ["mask_-10", "mask_0_and_1"]),
        ("one scale does what two do", ["scale_dim+softmax_base2", "scale_hd_not_sqrt+softmax_base2"], ["score_scale_other"]),
        ("100^(i/5) is 10000^(i/10)", ["rope_exponent_halved+rope_theta_1e4"], ["rope_theta_other"]),
        ("where the final norm was not dumped", ["logits_unnormalized"], ["no_final_norm"]),
    ];

    /// <summary>Whether a name is true of a stranger.</summary>
    public static bool Allow(string stranger, string name) =>
        All.Any(one => one.Why.Length > 0 && one.Strangers.Contains(stranger) && one.Names.Contains(name));

    /// <summary>Names of strangers that there are not.</summary>
    public static IEnumerable<string> Unknown => All.SelectMany(one => one.Strangers)
        .Except(Bed.All.Concat(Combinations.Pairs).Select(stranger => stranger.Name));
}
