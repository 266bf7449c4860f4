using static Llama3.Checking.Tests.Judging.Strangers.Combination;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Known mistakes that are made in one place alone.</summary>
internal static class Places
{
    public static IReadOnlyList<Stranger> All { get; } = [.. InLayers, .. ForHeads, .. FromTokens, .. InPasses, .. InPrompt];

    private static IEnumerable<Stranger> InLayers =>
    [
        Layer("gelu", 1), Layer("relu", 2), Layer("no_scale", 1), Layer("no_scale", 0, 2), Layer("eps_1e-6", 0), Layer("gqa_modulo", 2), Layer("softmax_base2", 1), Layer("wo_transposed", 0),
        Layer("w1_w3_swapped", 1), Layer("rope_half_split", 1), Layer("no_attn_residual", 2), Layer("no_ffn_residual", 0), Layer("norm_no_weight", 1), Layer("wk_wv_swapped", 2),
        Layer("concat_interleaved", 1), Layer("kv_reversed", 0), Layer("qk_transposed", 1), Layer("attn_residual_twice", 1), Layer("layernorm", 1, 2), Layer("w2_transposed", 0),
        Layer("softmax_no_norm", 2), Layer("rope_not_k", 1), Layer("qk_hf_permuted", 2), Layer("ffn_input_unnormalized", 1), Layer("attn_input_unnormalized", 0), Layer("norms_swapped", 2),
    ];

    private static IEnumerable<Stranger> ForHeads =>
    [
        Heads("no_scale", 4, 5, 6, 7), Heads("no_scale", 0), Heads("gqa_modulo_k", 4, 5, 6, 7), Heads("softmax_base2", 2, 3), Heads("mask_after_softmax", 0, 1, 2, 3), Heads("softmax_no_norm", 7),
        Heads("rope_not_q", 5), Heads("rope_parts_swapped", 4, 5, 6, 7), Heads("rope_x_twice", 0, 1, 2, 3), Heads("q_head_off_by_one", 2), Heads("wq_hf_permuted", 0, 1, 2, 3),
        Heads("rope_half_split", 4, 5, 6, 7), Heads("scale_dim", 1, 2, 3, 4, 5, 6, 7), Heads("gqa_modulo_v", 1, 2, 3),
        // Of key/value heads: the first serves query heads 0 to 3, the second 4 to 7.
        Heads("wk_hf_permuted", 0, 1, 2, 3), Heads("wv_unpermuted", 4, 5, 6, 7), Heads("v_from_wk", 0, 1, 2, 3), Heads("rope_not_k", 4, 5, 6, 7), Heads("rope_on_v", 0, 1, 2, 3),
        Heads("wk_wv_transposed", 4, 5, 6, 7), Made("no_scale", new() { Layers = [1], Heads = [4, 5, 6, 7] }), Made("rope_not_k", new() { Layers = [2], Heads = [0, 1, 2, 3] }),
    ];

    private static IEnumerable<Stranger> FromTokens =>
    [
        From("no_scale", 12), From("softmax_base2", 8), From("gelu", 5), From("no_attn_residual", 10), From("layernorm", 1), From("embed_scale", 1), From("embedding_off_by_one", 3),
        From("rope_missing", 12), From("wo_skipped", 9), From("gate_plus_up", 6), From("rope_not_q", 3), From("no_ffn_residual", 16), From("mask_missing", 8), From("norm_no_weight", 12),
        From("rope_pos_plus1", 9), Made("relu", new() { Until = 1 }), Made("norm_no_weight", new() { From = 16, Until = 17 }), Made("mask_diag2", new() { Until = 8 }),
        Made("attn_residual_twice", new() { From = 4, Until = 9 }), Made("gelu", new() { Layers = [1], From = 12 }),
    ];

    private static IEnumerable<Stranger> InPasses =>
    [
        Passes("no_scale"), Passes("gelu"), Passes("gqa_modulo"), Passes("softmax_base2"), Passes("rope_half_split"), Passes("mask_missing"), Passes("layernorm"), Passes("no_ffn_residual"),
        Passes("wo_transposed"), Passes("rope_theta_1e4"), Passes("tied_output"), Passes("w1_w3_swapped"), Made("gelu", new() { InPrompt = false, Layers = [2] }),
        Made("cache_pos_plus1", new() { InPrompt = false, From = 20 }), Made("cache_heads_swapped", new() { InPrompt = false, Layers = [1] }),
        Made("cache_not_written", new() { InPrompt = false, Layers = [2] }), Made("cache_rotated_twice", new() { InPrompt = false, Layers = [0] }),
    ];

    private static IEnumerable<Stranger> InPrompt =>
    [
        Prompt("no_scale"), Prompt("gelu"), Prompt("rope_theta_1e4"), Prompt("mask_missing"), Prompt("gqa_modulo"), Prompt("layernorm"), Prompt("second_last"), Prompt("rope_pos_plus1"),
        Prompt("concat_reversed"), Prompt("no_final_norm"), Prompt("embed_scale"), Made("no_scale", new() { InPasses = false, Heads = [0, 1] }),
    ];

    private static Stranger Layer(string name, params int[] layers) => Made(name, new() { Layers = layers });

    private static Stranger Heads(string name, params int[] heads) => Made(name, new() { Heads = heads });

    private static Stranger From(string name, int token) => Made(name, new() { From = token });

    private static Stranger Passes(string name) => Made(name, new() { InPrompt = false });

    private static Stranger Prompt(string name) => Made(name, new() { InPasses = false });

    private static Stranger Made(string name, Place place)
    {
        var one = One(name);
        var made = one.In(place with { InPasses = place.InPasses && one.Place.InPasses }) with { Name = $"{name} {place}" };
        return IsSingle(place) ? made.OrNameless() : made;
    }

    /// <summary>A single head or token is too little to be told from what computes the same there by chance: it may go without a name.</summary>
    private static bool IsSingle(Place place) => place is { Heads.Count: 1 } or { From: 16 } or { Until: 1 };
}
