using Llama3.Reference;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In scores, mask, softmax, in mixing the values and in putting the heads together.</summary>
internal static class ScoreStrangers
{
    private const string IsAScale = "another scale, which the numbers give";

    public static IReadOnlyList<Stranger> All { get; } =
    [
        Scale("0.9", 0.9), Scale("1.01", 1.01), Scale("2", 2), Scale("root_of_64", Math.Sqrt(10.0 / 64)), Scale("root_of_11", Math.Sqrt(10.0 / 11)),
        Scale("fourth_root", Math.Pow(10, 0.25)), Scale("root_of_20", Math.Sqrt(0.5)), Scale("root_of_2", Math.Sqrt(5)),
        Scores("scores_plus_1", "1 is added to every score", s => s + 1),
        Scores("scores_abs", "the scores have lost their sign", s => s.abs()),
        Scores("scores_negated", "the scores have the wrong sign", s => s * -1).May(IsAScale, Fitted),
        Scores("scores_clipped", "the scores are clipped to ±1", s => s.Clamped(1)),
        Scores("scores_squared", "the scores are squared", s => s * s),
        Scores("scores_rounded", "the scores are rounded to whole numbers", s => s.Each(MathF.Round)),
        Scores("scores_8_bits", "the scores are rounded to 8 bits", s => s.Quantised(8)),
        Scores("scores_one_head_half", "one head's scores are halved", s => s.Scaled(0, 0.5, 3)).May("another scale in one head", Fitted),
        Scores("scores_of_key_before", "each score is that of the key before", s => s.Ordered(-1, key => Math.Max(key - 1, 0))),
        Scores("scores_of_query_before", "each row of scores is that of the query before", s => s.Ordered(-2, query => Math.Max(query - 1, 0))),
        Scores("scores_keys_reversed", "the scores run over the keys from the last", s => s.Reversed(-1)),
        Scores("scores_heads_rolled", "the scores are those of two heads before", s => s.Rolled(0, 2)),
        Scores("scores_one_element", "one score is 1 too high, in layer 2", s => s.With(0, x => x + 1)).In(new() { Layers = [2] }),
        Of("scores_half_head", "only the first half of a head is multiplied", (qk_per_token_before_scaling, v => Product(v[q_per_token_rotated][.., .., ..5], v.keys[.., .., ..5]))),
        Of("scores_q_unrotated", "the scores are made of the queries before the rotation", (qk_per_token_before_scaling, v => Product(v[q_per_token], v.keys)))
            .May("what attention reads is not rotated", "rope_not_q"),
        Of("scores_keys_shared_otherwise", "query heads share key heads in pairs: (head / 2) % n_kv_heads",
            (qk_per_token_before_scaling, v => Product(v[q_per_token_rotated], v.keys, head => head / 2 % 2))),
        Of("scores_keys_reversed_groups", "the first four query heads use the second key head, the last four the first",
            (qk_per_token_before_scaling, v => Product(v[q_per_token_rotated], v.keys, head => 1 - (head / 4)))),
        Of("scores_cosine", "queries and keys are normalised before they are multiplied",
            (qk_per_token_before_scaling, v => Product(Unit(v[q_per_token_rotated]), Unit(v.keys)))),
        Mask("mask_diag_minus_1", "a token sees neither itself nor the one before", (query, key) => key > query - 2),
        Mask("mask_diag3", "a token sees the two after it", (query, key) => key > query + 2),
        Mask("mask_first_key", "nobody sees the first token", (query, key) => key > query || (key == 0 && query > 0)),
        Mask("mask_every_second", "every second key is masked", (query, key) => key > query || (query - key) % 2 == 1),
        Mask("mask_blocks", "tokens see their block of 8 alone", (query, key) => key > query || key / 8 != query / 8),
        Mask("mask_prefix", "the first 6 tokens see each other", (query, key) => key > query && (key >= 6 || query >= 6)),
        Mask("mask_one_element", "one score too much is masked", (query, key) => key > query || (query, key) == (9, 4)),
        Mask("mask_one_row_missing", "one row is not masked", (query, key) => key > query && query != 5),
        Of("mask_minus_5", "the mask holds -5 instead of -inf", (mask, v => v.right(mask).Each(x => float.IsInfinity(x) ? -5 : x))).May("a mask of a finite value", "mask_finite", Fitted),
        Of("mask_plus_1", "the mask holds 1 where it should hold 0", (mask, v => v.right(mask) + 1)),
        Of("mask_added_twice_unmasked", "the scores below the diagonal are doubled when they are masked", (qk_per_token_after_masking, v => v.right(qk_per_token_after_masking) + v[qk_per_token])),
        Of("mask_minus_one_row", "the mask is added one row too late", (qk_per_token_after_masking, v => v[qk_per_token] + v[mask].Ordered(0, t => Math.Max(t - 1, 0)))),
        Softmax("softmax_plus_1", "1 is added to the sum", e => e / (Sum(e) + 1)),
        Softmax("softmax_plus_eps", "0.01 is added to the sum", e => e / (Sum(e) + 0.01)),
        Softmax("softmax_by_count", "the exponentials are divided by the number of keys", e => e / e.shape[^1]),
        Softmax("softmax_by_max_plus_sum", "the sum counts the largest twice", e => e / (Sum(e) + e.max(-1, keepdim: true).values)),
        Softmax("softmax_squares", "the exponentials are squared", e => (e * e) / Sum(e * e)).May("a temperature of 0.5", Fitted),
        Softmax("softmax_0.9", "the weights are multiplied by 0.9", e => e / Sum(e) * 0.9),
        Softmax("softmax_drops_small", "weights below 0.02 are left out", e => (e / Sum(e)).Each(p => p < 0.02f ? 0 : p)),
        Softmax("softmax_8_bits", "the weights are rounded to 8 bits", e => (e / Sum(e)).Quantised(8)),
        Softmax("softmax_first_key_zero", "the first key's weight is set to 0", e => (e / Sum(e)).Scaled(-1, 0, 0)),
        Softmax("softmax_uniform", "all keys have the same weight", e => e.Each(x => x > 0 ? 1 : 0) / Sum(e.Each(x => x > 0 ? 1 : 0))),
        Softmax("softmax_twice", "the softmax is taken twice", e => (e / Sum(e)).softmax(-1)),
        Softmax("softmax_heads_rolled", "the weights are those of two heads before", e => (e / Sum(e)).Rolled(0, 2)),
        Softmax("softmax_one_row", "one row's weights are uniform, in layer 1", e => (e / Sum(e)).EachPart(1, (t, row) => t == 0 ? (row * 0) + (1.0 / row.shape[^1]) : row)).In(new() { Layers = [1] }),
        Temperature("0.9", 0.9), Temperature("1.1", 1.1), Temperature("ln10", Math.Log(10)),
        Of("softmax_clipped", "the scores are clipped to ±1 before the softmax",
            (qk_per_token_after_masking_after_softmax, v => v[qk_per_token_after_masking].Each(s => float.IsInfinity(s) ? s : Math.Clamp(s, -1, 1)).softmax(-1))),
        Mixed("values_0.9", "the mixed values are multiplied by 0.9", x => x * 0.9),
        Mixed("values_heads_rolled", "the mixed values are those of two heads before", x => x.Rolled(0, 2)),
        Mixed("values_one_head_zero", "one head's mixed values are 0", x => x.Scaled(0, 0, 5)),
        Mixed("values_two_tokens_swapped", "the mixed values of the first and last token are swapped", x => x.Swapped(1, 0, (int)x.shape[1] - 1)),
        Of("values_of_key_before", "each weight meets the value of the token before",
            (qkv_attention, v => Mix(v[qk_per_token_after_masking_after_softmax], v.values.Ordered(1, t => Math.Max(t - 1, 0))))),
        Of("values_shared_otherwise", "query heads share value heads in pairs: (head / 2) % n_kv_heads",
            (qkv_attention, v => Mix(v[qk_per_token_after_masking_after_softmax], v.values, head => head / 2 % 2))),
        Of("values_of_other_group", "the first four query heads use the second value head, the last four the first",
            (qkv_attention, v => Mix(v[qk_per_token_after_masking_after_softmax], v.values, head => 1 - (head / 4)))),
        Of("values_are_keys", "the weights meet the keys", (qkv_attention, v => Mix(v[qk_per_token_after_masking_after_softmax], v.keys))),
        Heads("heads_rolled", "the heads are laid side by side from the third on", x => x.Rolled(0, 2)),
        Heads("heads_swapped", "two heads have changed places", x => x.Swapped(0, 3, 4)),
        Heads("heads_last_zero", "the last head's place is empty", x => x.Scaled(0, 0, 7)),
        Heads("heads_reversed_inside", "each head is laid from its last number", x => x.Reversed(2)),
        Heads("heads_by_group", "the heads of the two groups take turns", x => x.Ordered(0, h => (h % 2 * 4) + (h / 2))),
        Of("heads_one_column", "one column of the heads is doubled", (stacked_qkv_attention, v => v.right(stacked_qkv_attention).Scaled(1, 2, 42))),
    ];

    private static Stranger Scale(string name, double factor) =>
        Of($"scale_{name}", $"the scores are multiplied by {factor:0.###} as well", (qk_per_token, v => v.right(qk_per_token) * factor)).May(IsAScale, Fitted);

    private static Stranger Scores(string name, string what, Func<Tensor, Tensor> change) => Of(name, what, (qk_per_token, v => change(v.right(qk_per_token))));

    private static Stranger Mask(string name, string what, Func<long, long, bool> isMasked) => Of(name, what, (mask, v =>
    {
        var (rows, keys) = ((int)v.right(mask).shape[0], (int)v.right(mask).shape[1]);
        return Tensor.FromSingles((from query in Enumerable.Range(keys - rows, rows)
                                   from key in Enumerable.Range(0, keys)
                                   select isMasked(query, key) ? float.NegativeInfinity : 0).ToArray(), [rows, keys]);
    }
    ));

    /// <summary>From the exponentials of the scores, less the largest of each row, to weights.</summary>
    private static Stranger Softmax(string name, string what, Func<Tensor, Tensor> weights) => Of(name, what, (qk_per_token_after_masking_after_softmax, v =>
        weights((v[qk_per_token_after_masking] - v[qk_per_token_after_masking].max(-1, keepdim: true).values).exp())));

    private static Stranger Temperature(string name, double factor) => Of($"softmax_of_{name}", $"the masked scores are multiplied by {name} before the softmax",
        (qk_per_token_after_masking_after_softmax, v => (v[qk_per_token_after_masking] * factor).softmax(-1))).May("a temperature", Fitted);

    private static Stranger Mixed(string name, string what, Func<Tensor, Tensor> change) => Of(name, what, (qkv_attention, v => change(v.right(qkv_attention))));

    private static Stranger Heads(string name, string what, Func<Tensor, Tensor> change) =>
        Of(name, what, (stacked_qkv_attention, v => change(v.every_head[qkv_attention]).permute(1, 0, 2).reshape(-1, 80)));

    private static Tensor Product(Tensor q, Tensor keys, Func<int, int>? share = null) => Safe.matmul(q, Shared(keys, share).transpose(-2, -1));

    private static Tensor Mix(Tensor weights, Tensor values, Func<int, int>? share = null) => Safe.matmul(weights, Shared(values, share));

    private static Tensor Shared(Tensor kv, Func<int, int>? share) => torch.stack(Enumerable.Range(0, 8).Select(head => kv[share?.Invoke(head) ?? head / 4]));

    private static Tensor Unit(Tensor x) => x * torch.rsqrt(x.pow(2).sum(-1, keepdim: true));

    private static Tensor Sum(Tensor exponentials) => exponentials.sum(-1, keepdim: true);
}
