using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Known mistakes in tables that are dumped right: what uses them, in one layer or in all, uses others.</summary>
internal static class Subtle
{
    private static readonly Place Layer0 = new() { Layers = [0] };
    private static readonly Place Layer1 = new() { Layers = [1] };
    private static readonly Place Layer2 = new() { Layers = [2] };
    private static readonly Place Passes = new() { InPrompt = false };

    public static IReadOnlyList<Stranger> All { get; } =
    [
        Turned("rope_negative", Layer1, (_, angles) => angles * -1), Turned("rope_negative", Place.Everywhere, (_, angles) => angles * -1),
        Turned("rope_theta_1e4", Layer1, (v, _) => Outer(v, v.positions, 10_000)), Turned("rope_theta_1e4", Place.Everywhere, (v, _) => Outer(v, v.positions, 10_000)),
        Turned("rope_theta_1e6", Layer2, (v, _) => Outer(v, v.positions, 1_000_000)), Turned("rope_pos_zero", Layer1, (_, angles) => angles * 0).May("the same as no rotation", "rope_missing"),
        Turned("rope_pos_plus1", Layer2 with { InPasses = false }, (v, _) => Outer(v, v.positions + 1)),
        Turned("rope_pos_reversed", Layer0 with { InPasses = false }, (_, angles) => angles.Reversed(0)),
        Turned("rope_exponent_halved", Layer1, (v, _) => Outer(v, v.positions, Math.Sqrt(500_000))),
        Turned("rope_cos_sin_swapped", Layer0, (_, angles) => (angles * -1) + (Math.PI / 2)),
        Turned("cache_pos_restart", Passes with { Layers = [1] }, (v, _) => Outer(v, v.positions - v.kept)), Turned("cache_pos_restart", Passes, (v, _) => Outer(v, v.positions - v.kept)),
        Turned("cache_pos_plus1", Passes with { Layers = [2] }, (v, _) => Outer(v, v.positions + 1)), Turned("cache_pos_minus1", Passes with { Layers = [0] }, (v, _) => Outer(v, v.positions - 1)),
        Turned("cache_pos_doubled", Passes with { Layers = [1] }, (v, _) => Outer(v, v.positions + v.kept)),
        Masked("mask_missing", Layer2, (_, _) => 0), Masked("mask_missing", Place.Everywhere, (_, _) => 0), Masked("mask_diag2", Layer0, (query, key) => key > query + 1 ? float.NegativeInfinity : 0),
        Masked("mask_-10", Layer1, (query, key) => key > query ? -10f : 0).MayBeUnseen(),
        Masked("cache_mask_top_left", Passes with { Layers = [1] }, (query, key, kept) => key > query - kept ? float.NegativeInfinity : 0),
        Weights("qk_hf_permuted", Layer1, Permuted, Permuted), Weights("wq_hf_permuted", Layer2, Permuted, null), Weights("wk_hf_permuted", Layer0, null, Permuted),
        Weights("wq_transposed", Layer1, w => w.reshape(80, 80).T.contiguous().view(8, 10, 80), null), Weights("q_heads_strided", Layer2, w => w.reshape(10, 8, 80).transpose(0, 1), null),
        Named("wo_transposed", Layer1, (embedding_delta, v => Safe.matmul(v[stacked_qkv_attention], v[w_layer0]))),
        Named("v_from_wk", Layer2, (v_per_token, v => Safe.matmul(v[token_embeddings], v[k_layer0_head0].transpose(-2, -1)))),
    ];

    /// <summary>Queries and keys turned by other angles than those that are dumped.</summary>
    private static Stranger Turned(string name, Place place, Func<Values, Tensor, Tensor> change)
    {
        return Named(name, place,
            (q_per_token_as_complex_numbers_rotated, v => v[q_per_token_as_complex_numbers] * cis(v)),
            (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(v[k_per_token_as_complex_numbers] * cis(v))));

        Tensor cis(Values v)
        {
            var angles = change(v, v[freqs_for_each_token]);
            return torch.polar(torch.ones_like(angles), angles);
        }
    }

    private static Stranger Masked(string name, Place place, Func<int, int, float> of) => Masked(name, place, (query, key, _) => of(query, key));

    /// <summary>Scores masked by another mask than the one that is dumped: a number for each query and key, which are counted from the start.</summary>
    private static Stranger Masked(string name, Place place, Func<int, int, int, float> of) => Named(name, place, (qk_per_token_after_masking, v =>
    {
        var (rows, keys) = ((int)v[mask].shape[0], (int)v[mask].shape[1]);
        return v[qk_per_token] + Tensor.FromSingles((from query in Enumerable.Range(keys - rows, rows)
                                                     from key in Enumerable.Range(0, keys)
                                                     select of(query, key, (int)v.kept)).ToArray(), [rows, keys]);
    }
    ));

    /// <summary>Queries and keys made with other matrices than those that are dumped.</summary>
    private static Stranger Weights(string name, Place place, Func<Tensor, Tensor>? q, Func<Tensor, Tensor>? k) => Named(name, place,
        [
            .. q is null ? [] : ((ArticleStep, Func<Values, StepResult>)[])[(q_per_token, v => Safe.matmul(v[token_embeddings], q(v[q_layer0]).transpose(-2, -1)))],
            .. k is null ? [] : ((ArticleStep, Func<Values, StepResult>)[])[(k_per_token, v => Safe.matmul(v[token_embeddings], k(v[k_layer0]).transpose(-2, -1)))],
        ]);

    private static Stranger Named(string name, Place place, params (ArticleStep Step, Func<Values, StepResult> Run)[] wrong) =>
        Of($"{name}, not in the table, {place}".TrimEnd(' ', ','), Combination.Known(name).Mistake, wrong).In(place).Is(name);

    private static Tensor Permuted(Tensor w) => w.view(w.shape[0], -1, 2, 80).transpose(1, 2).reshape(w.shape);

    private static Tensor Outer(Values v, Tensor positions, double? theta = null) =>
        torch.outer(positions.to_type(float32), theta is { } other ? 1.0 / torch.pow(other, v[zero_to_one_split_into_64_parts]) : v[freqs]);
}
