using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in keeping keys and values, which show from the first new token on.</summary>
internal static class CacheMistakes
{
    private const string OnePlace = "write the new rows at slot N, the number of tokens that are kept, and read N+M rows";

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("cache_pos_plus1", "the new tokens get positions that are one too high",
            fix: "give the first new token position N, the number of tokens before it: after 17 tokens the next has position 17",
            (CacheSteps.positions, v => v.right(CacheSteps.positions) + 1)),
        Mistake("cache_pos_minus1", "the new tokens get positions that are one too low: the first has that of the last token before",
            fix: "give the first new token position N, the number of tokens before it",
            (CacheSteps.positions, v => v.right(CacheSteps.positions) - 1)),
        Mistake("cache_pos_restart", "the positions of the new tokens start again at 0",
            fix: "count on from the tokens that are kept: N, N+1, …", see: ["Blaizzy/mlx-vlm#1983", "RobertCsordas/moeut#6"],
            (CacheSteps.positions, v => v.right(CacheSteps.positions) - v.kept)),
        Mistake("cache_pos_doubled", "the number of tokens before is added to the positions twice",
            fix: "count the tokens of a pass once, when it is done: after 17 tokens the next has position 17, not 34",
            see: ["skyzh/tiny-llm#46", "mlx-node/mlx-node#33"],
            (CacheSteps.positions, v => v.right(CacheSteps.positions) + v.kept)),
        Mistake("cache_pos_same", "all new tokens get the same position",
            fix: "give each new token a position of its own: N, N+1, …", see: ["NVIDIA/TensorRT-LLM#2084"],
            (CacheSteps.positions, v => v[tokens].shape[0] > 1 ? torch.zeros_like(v.right(CacheSteps.positions)) + v.kept : v.right(CacheSteps.positions))),
        Mistake("cache_pos_restart_q", "the positions of the new queries start again at 0, though those of the keys go on",
            fix: "rotate queries and keys by the same positions: N, N+1, …",
            (q_per_token_as_complex_numbers_rotated, v => v[q_per_token_as_complex_numbers] * restarted(v))),
        Mistake("cache_pos_restart_k", "the positions of the new keys start again at 0, though those of the queries go on",
            fix: "rotate queries and keys by the same positions: N, N+1, …",
            (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(v[k_per_token_as_complex_numbers] * restarted(v)))),
        Mistake("cache_slot_plus1", "the new keys and values are written one slot too far, after an empty slot that takes part in attention",
            fix: OnePlace,
            Appended((kept, rows) => torch.cat([kept, empty(kept, 1), rows], -2))),
        Mistake("cache_slot_minus1", "the new keys and values overwrite the last ones that were kept",
            fix: OnePlace,
            Appended((kept, rows) => torch.cat([kept[TensorIndex.Ellipsis, ..^1, ..], rows], -2))),
        Mistake("cache_slot_after", "attention reads one slot too many: the one after the new tokens, which is still empty",
            fix: OnePlace,
            (CacheSteps.k_cache, v => torch.cat([written(v, v.kept_keys!), v[k_per_token_rotated], empty(v.kept_keys!, 1)], -2)),
            (CacheSteps.v_cache, v => torch.cat([written(v, v.kept_values!), v[v_per_token], empty(v.kept_values!, 1)], -2))),
        Mistake("cache_not_written", "the slots of the new tokens stay empty: their keys and values are not written, or written elsewhere",
            fix: "write the new keys and values before attention reads the cache",
            Every((kept, rows) => torch.cat([kept, torch.zeros_like(rows)], -2))),
        Mistake("cache_v_not_written", "the new values are not written, though the keys are",
            fix: "write the new values where the new keys are written",
            (CacheSteps.v_cache, v => torch.cat([v.kept_values!, torch.zeros_like(v[v_per_token])], -2))),
        Mistake("cache_stale_length", "attention reads only what was kept: the new tokens do not see themselves",
            fix: "update the length of the cache before attention reads it: N+M rows",
            Every((kept, _) => kept)),
        Mistake("cache_not_read", "attention reads only the new keys and values, and not those that were kept",
            fix: "append the new keys and values to those that are kept, and attend to all of them",
            Every((_, rows) => rows)),
        Mistake("cache_rotated_twice", "the keys are rotated when they are written to the cache, and again when they are read",
            fix: "rotate the keys once: before they are kept, or each time they are read",
            (CacheSteps.k_cache, v => torch.cat(
                [kept_turned(v, 1), RotationMistakes.rotated(v[k_per_token_rotated].contiguous(), v[freqs_cis])], -2))),
        Mistake("cache_before_rotation", "the keys are kept as they were before they were rotated, and are not rotated when they are read",
            fix: "keep the keys as they are after the rotation",
            (CacheSteps.k_cache, v => torch.cat([kept_turned(v, -1), v[k_per_token].to_type(float32)], -2))),
        Mistake("cache_mask_top_left", "the mask of the new rows is aligned at the top left: what was kept is masked",
            fix: "mask where s > N + t: the diagonal starts after the tokens that are kept",
            see: ["pytorch/pytorch#108108", "pytorch/pytorch#144858", "onnx/onnx#8068", "meta-llama/llama#899"],
            (mask, v => torch.triu(torch.full(v.right(mask).shape, double.NegativeInfinity), 1))),
        Mistake("cache_heads_swapped", "the kept keys and values are those of the next key/value head",
            fix: "keep and read the cache by key/value head in one order",
            Unseen((v, kept) => v.config.n_kv_heads == 1 ? kept : torch.cat([kept[1..], kept[..1]], 0))),
        Mistake("cache_of_layer_0", "every layer reads what layer 0 kept",
            fix: "give each layer a cache of its own",
            OfLayer(_ => 0)),
        Mistake("cache_of_layer_before", "every layer reads what the layer before it kept, and layer 0 its own",
            fix: "give each layer a cache of its own; both are counted from 0",
            OfLayer(layer => Math.Max(layer - 1, 0))),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] OfLayer(Func<int, int> other) =>
    [
        (CacheSteps.k_cache, v => torch.cat([HeadMistakes.of_head(v.pass!.keys(other(v.layer))!, v), v[k_per_token_rotated]], -2)),
        (CacheSteps.v_cache, v => torch.cat([HeadMistakes.of_head(v.pass!.values(other(v.layer))!, v), v[v_per_token]], -2)),
    ];

    private delegate Tensor Append(Tensor kept, Tensor rows);

    private static (ArticleStep, Func<Values, StepResult>)[] Every(Append append) =>
    [
        (CacheSteps.k_cache, v => append(v.kept_keys!, v[k_per_token_rotated])),
        (CacheSteps.v_cache, v => append(v.kept_values!, v[v_per_token])),
    ];

    /// <summary>Made once, in the first pass after the prompt: later passes read the wrong cache that it left.</summary>
    private static (ArticleStep, Func<Values, StepResult>)[] Appended(Append append) =>
    [
        (CacheSteps.k_cache, v => v.pass!.IsFromCache ? v.right(CacheSteps.k_cache) : append(v.kept_keys!, v[k_per_token_rotated])),
        (CacheSteps.v_cache, v => v.pass!.IsFromCache ? v.right(CacheSteps.v_cache) : append(v.kept_values!, v[v_per_token])),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Unseen(Func<Values, Tensor, Tensor> changed) =>
    [
        (CacheSteps.k_cache, v => torch.cat([HeadMistakes.of_head(changed(v, v.pass!.keys(v.layer)!), v), v[k_per_token_rotated]], -2)),
        (CacheSteps.v_cache, v => torch.cat([HeadMistakes.of_head(changed(v, v.pass!.values(v.layer)!), v), v[v_per_token]], -2)),
    ];

    /// <summary>The keys that are kept, rotated once more by their CacheSteps.positions, or back.</summary>
    private static Tensor kept_turned(Values v, int direction)
    {
        if (v.pass!.IsFromCache) { return v.kept_keys!; }
        return RotationMistakes.rotated(v.kept_keys!.contiguous(), cis(torch.arange(v.kept, dtype: float32) * direction, v));
    }

    private static Tensor restarted(Values v) => cis((v[CacheSteps.positions] - v.kept).to_type(float32), v);

    private static Tensor cis(Tensor positions, Values v)
    {
        var angles = torch.outer(positions, v[freqs]);
        return torch.polar(torch.ones_like(angles), angles);
    }

    /// <summary>Without the empty slot that an earlier pass read: this pass writes there.</summary>
    private static Tensor written(Values v, Tensor kept) => v.pass!.IsFromCache ? kept[TensorIndex.Ellipsis, ..^1, ..] : kept;

    private static Tensor empty(Tensor kept, int rows) => torch.zeros_like(kept[TensorIndex.Ellipsis, ..rows, ..]);
}
