using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In rotating queries and keys, while the tables are right.</summary>
internal static class RotationStrangers
{
    /// <summary>From a complex number and the angle to the rotated number.</summary>
    private delegate Tensor Turn(Tensor x, Tensor cis, Values v);

    private const string ItIsSo = "it is that, in the queries or keys alone";

    public static IReadOnlyList<Stranger> All { get; } =
    [
        Both("turned_twice", "queries and keys are rotated twice", (x, cis, _) => x * cis * cis),
        Both("turned_half", "queries and keys are rotated by half the angle", (x, _, v) => x * Angles(v, t => t / 2)),
        Both("turned_1.01", "queries and keys are rotated by 1.01 times the angle", (x, _, v) => x * Angles(v, t => t * 1.01f)),
        Both("turned_plus_2", "queries and keys are rotated by the positions of two tokens later", (x, _, v) => x * Angles(v, t => t + 2)).May("a constant offset", Fitted),
        Both("turned_by_layer", "in layer n positions are n too high", (x, _, v) => x * Angles(v, t => t + v.layer)),
        Both("turned_theta_by_layer", "layer n uses a theta of 500000 / 10^n", (x, _, v) => x * Angles(v, t => t, 500_000 / Math.Pow(10, v.layer))),
        Both("turned_partly", "only the first three pairs of a head are rotated", (x, cis, _) => Cat(x[.., .., ..3] * cis[.., ..3], x[.., .., 3..])),
        Both("turned_but_first", "the first pair of a head is not rotated", (x, cis, _) => Cat(x[.., .., ..1], x[.., .., 1..] * cis[.., 1..])),
        Both("turned_pairs_reversed", "the pairs are rotated by the angles from the last", (x, cis, _) => x * cis.Reversed(1)),
        Both("turned_but_first_token_of_pass", "the first token of each pass is not rotated", (x, cis, _) => Cat(x[.., ..1], (x * cis)[.., 1..], 1)),
        Both("turned_even_heads", "only every second head is rotated", (x, cis, _) => (x * cis).EachPart(0, (h, turned) => h % 2 == 0 ? turned : x.narrow(0, h, 1))),
        Queries("q_negative", "the queries are rotated the wrong way round", (x, _, v) => x * Angles(v, t => -t)),
        Queries("q_plus_1", "the queries are rotated by the position of the next token", (x, _, v) => x * Angles(v, t => t + 1)).May(ItIsSo, "rope_pos_plus1", "cache_pos_plus1", Fitted),
        Queries("q_minus_1", "the queries are rotated by the position of the token before", (x, _, v) => x * Angles(v, t => t - 1)).May(ItIsSo, "cache_pos_minus1", Fitted),
        Queries("q_twice", "the queries are rotated twice", (x, cis, _) => x * cis * cis),
        Queries("q_theta_1e4", "the queries are rotated with theta 10000", (x, _, v) => x * Angles(v, t => t, 10_000)).May(ItIsSo, "rope_theta_1e4", Fitted),
        Queries("q_scaled", "the rotated queries are 1 % too large", (x, cis, _) => x * cis * 1.01).May("the scores have another scale", Fitted),
        Queries("q_heads_rolled", "the rotated queries of a head are those of two heads before", (x, cis, _) => (x * cis).Rolled(0, 2)),
        Queries("q_two_heads_swapped", "the rotated queries of two heads are swapped", (x, cis, _) => (x * cis).Swapped(0, 3, 4)),
        Queries("q_from_position_restart", "the queries' positions start again in every pass", (x, _, v) => x * Angles(v, t => t - v.kept)).May(ItIsSo, "cache_pos_restart"),
        Keys("k_negative", "the keys are rotated the wrong way round", (x, _, v) => x * Angles(v, t => -t)),
        Keys("k_plus_1", "the keys are rotated by the position of the next token", (x, _, v) => x * Angles(v, t => t + 1)).May(ItIsSo, "rope_pos_plus1", "cache_pos_plus1", Fitted),
        Keys("k_restart", "the keys' positions start again in every pass", (x, _, v) => x * Angles(v, t => t - v.kept)).May(ItIsSo, "cache_pos_restart"),
        Keys("k_theta_1e6", "the keys are rotated with theta 1000000", (x, _, v) => x * Angles(v, t => t, 1_000_000)).May(ItIsSo, "rope_theta_1e6", Fitted),
        Keys("k_scaled", "the rotated keys are 10 % too large", (x, cis, _) => x * cis * 1.1).May("the scores have another scale", Fitted),
        Keys("k_of_other_head", "the two key heads are swapped after the rotation", (x, cis, _) => (x * cis).Rolled(0)).May("the keys alone are reversed", "kv_reversed"),
        Keys("k_of_token_before", "each rotated key is that of the token before it", (x, cis, _) => (x * cis).Ordered(1, t => Math.Max(t - 1, 0))),
        Keys("k_last_token_zero", "the key of a pass's last token is 0", (x, cis, _) => (x * cis).Scaled(1, 0, (int)x.shape[1] - 1)),
        Keys("k_every_position_1", "all keys are rotated by position 1", (x, _, v) => x * Angles(v, _ => 1)),
        Of("q_half_split_only", "the queries' pairs are in two halves, the keys' side by side",
            (q_per_token_split_into_pairs, v => v[q_per_token].reshape([.. v[q_per_token].shape[..^1], 2, -1]).transpose(-1, -2).contiguous()),
            (q_per_token_rotated, v => v[q_per_token_split_into_pairs_rotated].transpose(-1, -2).reshape(v[q_per_token].shape)))
            .May(ItIsSo, "rope_half_split"),
        Of("half_split_not_joined", "pairs are taken from two halves, and put back side by side",
            (q_per_token_split_into_pairs, v => Halves(v[q_per_token])), (k_per_token_split_into_pairs, v => Halves(v[k_per_token])))
            .May("the same where queries and keys are dumped after it alone", "qk_unpermuted"),
        Of("not_split_but_joined", "pairs are taken side by side, and put back in two halves",
            (q_per_token_rotated, v => v[q_per_token_split_into_pairs_rotated].transpose(-1, -2).reshape(v[q_per_token].shape)),
            (k_per_token_rotated, v => v[k_per_token_split_into_pairs_rotated].transpose(-1, -2).reshape(v[k_per_token].shape)))
            .MayBlame(CacheSteps.k_cache, "where the unrotated keys are not dumped, a pass of it is taken for one in half-split order"),
        Of("pairs_shifted", "pairs are (1, 2), (3, 4), … and the first number is last",
            (q_per_token_split_into_pairs, v => Pairs(v[q_per_token].Rolled(-1, -1))), (k_per_token_split_into_pairs, v => Pairs(v[k_per_token].Rolled(-1, -1)))),
        Of("imaginary_negated", "the imaginary part of the queries is read with the wrong sign",
            (q_per_token_as_complex_numbers, v => torch.view_as_complex(v[q_per_token_split_into_pairs].Scaled(-1, -1, 1)))),
        Of("k_rotated_in_bf16", "the rotated keys are rounded to 8 bits", (k_per_token_rotated, v => v.right(k_per_token_rotated).Quantised(8))),
        Of("q_rotated_one_element", "one number of a rotated query is wrong", (q_per_token_rotated, v => v.right(q_per_token_rotated).With(5, x => x + 1))).In(new() { Layers = [1] }),
        Of("q_rotated_one_column", "one column of the rotated queries is 0", (q_per_token_rotated, v => v.right(q_per_token_rotated).Scaled(-1, 0, 3))),
        Of("q_rotated_of_unrotated_mean", "rotated and unrotated queries are averaged", (q_per_token_rotated, v => (v.right(q_per_token_rotated) + v[q_per_token]) / 2)),
    ];

    private static Stranger Both(string name, string what, Turn turn) => new(name, what, Queries(name, what, turn).Wrong.Concat(Keys(name, what, turn).Wrong).ToDictionary());

    private static Stranger Queries(string name, string what, Turn turn) =>
        Of(name, what, (q_per_token_as_complex_numbers_rotated, v => turn(v[q_per_token_as_complex_numbers], v[freqs_cis], v)));

    private static Stranger Keys(string name, string what, Turn turn) =>
        Of(name, what, (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(turn(v[k_per_token_as_complex_numbers], v[freqs_cis], v))));

    private static Tensor Angles(Values v, Func<float, float> position, double? theta = null)
    {
        var speeds = theta is { } other ? 1.0 / torch.pow(other, v[zero_to_one_split_into_64_parts]) : v[freqs];
        var angles = torch.outer(v.positions.to_type(float32).Each(position), speeds);
        return torch.polar(torch.ones_like(angles), angles);
    }

    private static Tensor Halves(Tensor x) => x.reshape([.. x.shape[..^1], 2, x.shape[^1] / 2]).transpose(-1, -2).contiguous();

    private static Tensor Pairs(Tensor x) => x.reshape([.. x.shape[..^1], x.shape[^1] / 2, 2]);

    private static Tensor Cat(Tensor one, Tensor other, long dim = -1) => torch.cat([one, other], dim);
}
