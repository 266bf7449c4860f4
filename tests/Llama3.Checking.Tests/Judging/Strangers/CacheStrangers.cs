using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In keeping keys and values: the prompt is right, the passes after it are not.</summary>
internal static class CacheStrangers
{
    private static readonly Place Passes = new() { InPrompt = false };

    public static IReadOnlyList<Stranger> All { get; } = [.. Everywhere.Select(stranger => stranger.In(stranger.Place with { InPrompt = false }))];

    private static IEnumerable<Stranger> Everywhere =>
    [
        Kept("cache_rows_swapped", "two rows of the cache have changed places", x => x.Swapped(-2, 4, 9)),
        Kept("cache_rows_reversed", "the kept rows are read from the last", x => x.Reversed(-2)),
        Kept("cache_row_zero", "one row of the cache is 0", x => x.Scaled(-2, 0, 0)),
        Kept("cache_row_lost", "the first kept row is overwritten by the second", x => x.Ordered(-2, t => t == 0 ? 1 : t)),
        Kept("cache_shifted", "each kept row is that of the token before it", x => x.Ordered(-2, t => Math.Max(t - 1, 0))),
        Kept("cache_half_heads", "only the first key/value head is kept", x => x.Scaled(0, 0, 1)),
        Kept("cache_head_doubled", "both key/value heads keep what the first computed", x => x.Ordered(0, _ => 0)),
        Kept("cache_half_dims", "only the first half of each head is kept", x => x.Scaled(-1, 0, 5, 6, 7, 8, 9)),
        Kept("cache_4_bits", "what is kept is rounded to 4 bits", x => x.Quantised(4)),
        Kept("cache_8_bits", "what is kept is rounded to 8 bits", x => x.Quantised(8)).MayBeUnseen(),
        Kept("cache_0.9", "what is kept is multiplied by 0.9", x => x * 0.9),
        Kept("cache_window", "only the last 8 rows are kept, the others are 0", x => x.EachPart(-2, (t, row) => t < (int)x.shape[^2] - 8 ? row * 0 : row)),
        Both("cache_one_layer_off", "each layer reads what the next layer kept", v => v.pass!.keys((v.layer + 1) % 3)!, v => v.pass!.values((v.layer + 1) % 3)!),
        Both("cache_of_last_layer", "every layer reads what the last layer kept", v => v.pass!.keys(2)!, v => v.pass!.values(2)!),
        Both("cache_kv_swapped", "keys and values are kept in each other's place", v => v.kept_values!, v => v.kept_keys!),
        Both("cache_layer_1_zero", "layer 1 keeps nothing", v => v.kept_keys! * 0, v => v.kept_values! * 0).In(Passes with { Layers = [1] }),
        Keys("cache_keys_2_rows_back", "the kept keys are two rows too far back", x => x.Rolled(-2, 2)),
        Keys("cache_keys_scaled", "the kept keys are divided by √head_dim", x => x / Math.Sqrt(10)),
        Keys("cache_keys_one_element", "one number of the kept keys is wrong", x => x.With(3, number => number + 2)),
        Keys("cache_keys_half_split", "the kept keys are in the order of Hugging Face", x => x.reshape(2, -1, 5, 2).transpose(-1, -2).reshape(2, -1, 10)),
        Values("cache_values_of_token_before", "the kept values are those of the token before", x => x.Ordered(-2, t => Math.Max(t - 1, 0))),
        Values("cache_values_one_head_negated", "one head's kept values are negated", x => x.Scaled(0, -1, 1)),
        Values("cache_values_transposed", "the kept values are transposed within a head", x => x.reshape(2, 10, -1).transpose(1, 2).contiguous()),
        Of("cache_prepended", "the new rows are put before those that are kept",
            (CacheSteps.k_cache, v => torch.cat([v[k_per_token_rotated], v.kept_keys!], -2)), (CacheSteps.v_cache, v => torch.cat([v[v_per_token], v.kept_values!], -2))),
        Of("cache_new_rows_reversed", "the new rows are appended from the last",
            (CacheSteps.k_cache, v => torch.cat([v.kept_keys!, v[k_per_token_rotated].Reversed(-2)], -2)),
            (CacheSteps.v_cache, v => torch.cat([v.kept_values!, v[v_per_token].Reversed(-2)], -2))),
        Of("cache_new_keys_unrotated", "the new keys are appended before the rotation", (CacheSteps.k_cache, v => torch.cat([v.kept_keys!, v[k_per_token]], -2)))
            .May("of the new keys it is true", "cache_before_rotation"),
        Of("cache_new_values_doubled", "the new values are doubled when they are kept", (CacheSteps.v_cache, v => torch.cat([v.kept_values!, v[v_per_token] * 2], -2))),
        Of("cache_first_new_row_only", "all new rows are the first one",
            (CacheSteps.k_cache, v => torch.cat([v.kept_keys!, v[k_per_token_rotated].Ordered(-2, _ => 0)], -2)),
            (CacheSteps.v_cache, v => torch.cat([v.kept_values!, v[v_per_token].Ordered(-2, _ => 0)], -2))),
        Positions("cache_pos_plus_2", "the new tokens' positions are two too high", (t, _) => t + 2).May("an offset", Fitted),
        Positions("cache_pos_from_16", "positions go on from 16, whatever is kept", (t, kept) => t - kept + 16).May("in the first pass it is that", "cache_pos_minus1", Fitted),
        Positions("cache_pos_squared", "positions run ever faster", (t, kept) => t + ((t - kept) * (t - kept)) + 3),
        Positions("cache_pos_backwards", "the new tokens' positions count back", (t, kept) => (2 * kept) - t + 3),
        Positions("cache_pos_restart_at_1", "positions start again at 1 in every pass", (t, kept) => t - kept + 1).May("an offset", Fitted),
        Positions("cache_pos_half", "positions go on at half of what is kept", (t, kept) => t - (kept / 2)).May("an offset", Fitted),
        Of("pass_mask_all", "the new tokens see each other, and the last of those that were kept is masked",
            (mask, v => torch.zeros_like(v.right(mask)).EachPart(1, (key, column) => key == v.kept - 1 ? column + double.NegativeInfinity : column))),
        Of("pass_scale", "in passes the scores are multiplied by 0.9", (qk_per_token, v => v.right(qk_per_token) * 0.9)).May("another scale", Fitted),
        Of("pass_token_before", "in passes each token's embedding is that of the token before",
            (token_embeddings_unnormalized, v => v.right(token_embeddings_unnormalized).Ordered(0, t => Math.Max(t - 1, 0)) * 1.5)),
    ];

    private static Stranger Both(string name, string what, Func<Values, Tensor> keys, Func<Values, Tensor> values) => Of(name, what,
        (CacheSteps.k_cache, v => torch.cat([keys(v), v[k_per_token_rotated]], -2)), (CacheSteps.v_cache, v => torch.cat([values(v), v[v_per_token]], -2)));

    private static Stranger Kept(string name, string what, Func<Tensor, Tensor> change) => Both(name, what, v => change(v.kept_keys!), v => change(v.kept_values!));

    private static Stranger Keys(string name, string what, Func<Tensor, Tensor> change) =>
        Of(name, what, (CacheSteps.k_cache, v => torch.cat([change(v.kept_keys!), v[k_per_token_rotated]], -2)));

    private static Stranger Values(string name, string what, Func<Tensor, Tensor> change) =>
        Of(name, what, (CacheSteps.v_cache, v => torch.cat([change(v.kept_values!), v[v_per_token]], -2)));

    private static Stranger Positions(string name, string what, Func<long, long, long> position) =>
        Of(name, what, (CacheSteps.positions, v => torch.tensor(v.right(CacheSteps.positions).ToInt64s().Select(t => position(t, v.kept)).ToArray())));
}
