using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>
/// Mistakes in what a port keeps between calls, and beside a row: padding in a batch, and what an earlier run has left. They show only in a
/// dump that holds such a thing.
/// </summary>
internal static class StateMistakes
{
    private const string Cleared = "clear the cache, and count positions from 0 again, before another prompt; of tokens that are taken back, drop the rows";

    /// <summary>Those of a batch in which rows are padded.</summary>
    public static IReadOnlyList<KnownMistake> InPadding { get; } =
    [
        Mistake("padding_not_masked", "padding takes part in attention",
            fix: "mask the slots of padding in every row and in every pass", see: ["OpenNMT/OpenNMT-py#2532", "tenstorrent/tt-xla#2546"],
            (CacheSteps.k_cache, v => with_padding(v, CacheSteps.k_cache, k_per_token_rotated)),
            (CacheSteps.v_cache, v => with_padding(v, CacheSteps.v_cache, v_per_token))),
        Mistake("cache_pos_with_padding", "the positions of the new tokens count slots of padding, though those of the prompt do not",
            fix: "give the first new token of a row the number of the row's own tokens before it as position",
            (CacheSteps.positions, v => v.right(CacheSteps.positions) + (v.kept > 0 ? others(v)?.padding ?? 0 : 0))),
        Mistake("cache_pos_without_padding", "the positions of the new tokens do not count slots of padding, though those of the prompt do",
            fix: "count the padding in front in the prompt and in the passes after it, or in neither",
            (CacheSteps.positions, v => v.right(CacheSteps.positions) - (v.kept > 0 ? v.pass!.first_position : 0))),
        Mistake("positions_of_row_0", "the positions are those of row 0 of the batch, whose padding is of another length",
            fix: "count the positions of each row from its own first token", see: ["unslothai/unsloth#4078", "rasbt/reasoning-from-scratch#33"],
            (CacheSteps.positions, v => others(v)?.positions_of_row_0 ?? v.right(CacheSteps.positions))),
        Mistake("logits_of_padding", "the logits are those of the last slot, which is padding in this row",
            fix: "take the row's last token, whatever slot it is in", see: ["SciSharp/LLamaSharp#626"],
            (logits, v => of_last_slot(v) ?? v.right(logits))),
        Mistake("next_token_of_padding", "the next token is that of the last slot, which is padding in this row",
            fix: "take the row's last token, whatever slot it is in",
            (next_token, v => of_last_slot(v) is { } wrong ? wrong.argmax(-1) : v.right(next_token))),
    ];

    /// <summary>Those of a run that comes after another.</summary>
    public static IReadOnlyList<KnownMistake> AfterRun { get; } =
    [
        Mistake("cache_not_cleared", "what the run before has left in the cache still takes part in attention, and the positions go on after it",
            fix: Cleared,
            [(CacheSteps.positions, v => v.right(CacheSteps.positions) + surplus(v)), .. Left]),
        Mistake("cache_not_cleared_positions_restart", "what the run before has left in the cache still takes part in attention, and the positions are those of a cleared cache",
            fix: Cleared, Left),
        Mistake("positions_not_cleared", "the positions go on after those of the run before",
            fix: Cleared,
            (CacheSteps.positions, v => v.right(CacheSteps.positions) + rows_left(v))),
        Mistake("cache_not_cleared_masked_by_position",
            "what the run before has left in the cache still takes part in attention, where it is not at a later position than the new token",
            fix: Cleared, see: ["ggml-org/llama.cpp#7859"],
            [(mask, by_position), .. Left]),
        Mistake("cache_rows_left", "attention reads as many rows as the run before has left: those after the tokens so far are the old ones",
            fix: "read the rows that this run has written, and no more",
            (CacheSteps.k_cache, v => with_rows_after(v, CacheSteps.k_cache, k_per_token_rotated, v.kept_keys)),
            (CacheSteps.v_cache, v => with_rows_after(v, CacheSteps.v_cache, v_per_token, v.kept_values))),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownMistake> All { get; } = [.. InPadding, .. AfterRun];

    private static (ArticleStep, Func<Values, StepResult>)[] Left =>
    [
        (CacheSteps.k_cache, v => with_left(v, CacheSteps.k_cache, k_per_token_rotated)),
        (CacheSteps.v_cache, v => with_left(v, CacheSteps.v_cache, v_per_token)),
    ];

    private static OtherRows? others(Values v) => v.pass?.others;

    /// <summary>The padding comes before all tokens: their order makes no difference, but to the mask. A later pass finds it in the cache.</summary>
    private static Tensor with_padding(Values v, ArticleStep cache, ArticleStep step) =>
        !v.pass!.IsFromCache && others(v)?.padded(step, v.layer) is { } padding
            ? torch.cat([HeadMistakes.of_head(padding, v).to_type(v.right(cache).dtype), v.right(cache)], -2)
            : v.right(cache);

    /// <summary>The first pass of a run puts its rows after all that is there. A later pass finds them in the cache.</summary>
    private static Tensor with_left(Values v, ArticleStep cache, ArticleStep step) =>
        others(v) is { is_first: true } and { left: { } left }
            ? torch.cat([HeadMistakes.of_head(left(cache, v.layer), v).to_type(v[step].dtype), v[step]], -2)
            : v.right(cache);

    /// <summary>[M, keys]: what the run before has left is at the positions that it had there, 0, 1, 2, …</summary>
    private static StepResult by_position(Values v)
    {
        if (others(v)?.left is not { } left) { return v.right(mask); }
        var (rows, keys, before) = (v[tokens].shape[0], v.in_layer(0)[CacheSteps.k_cache].shape[^2], left(CacheSteps.k_cache, 0).shape[^2]);
        var allowed = new float[rows * keys];
        for (var i = 0; i < allowed.Length; i++)
        {
            var (row, key) = (i / keys, i % keys);
            // The last key is the last of the new tokens.
            var position = key < before ? key : v.kept + rows - keys + key;
            allowed[i] = position > v.kept + row ? float.NegativeInfinity : 0;
        }
        return torch.tensor(allowed, [rows, keys]);
    }

    /// <summary>How many rows the cache has before the new ones, beyond those that are kept.</summary>
    private static long surplus(Values v) => (others(v) is { is_first: true } and { left: { } left }
        ? left(CacheSteps.k_cache, 0).shape[^2]
        : v.in_layer(0).kept_keys?.shape[^2] ?? 0) - v.kept;

    /// <summary>How many tokens the run before had; 0 where some of them are kept, which this run has a right to count.</summary>
    private static long rows_left(Values v) => others(v) is { left: { } left, is_first: var is_first } && !(is_first && v.kept > 0)
        ? left(CacheSteps.k_cache, 0).shape[^2]
        : 0;

    /// <summary>A single token is masked nowhere, so that it sees the rows after its own; of several, the mask hides them.</summary>
    private static Tensor with_rows_after(Values v, ArticleStep cache, ArticleStep step, Tensor? kept)
    {
        var (rows, end) = (v[step], (int)(v.kept + v[tokens].shape[0]));
        if (kept is null || others(v)?.left is not { } left || v[tokens].shape[0] > 1) { return v.right(cache); }
        var before = HeadMistakes.of_head(left(cache, v.layer), v).to_type(rows.dtype);
        return before.shape[^2] <= end
            ? v.right(cache)
            : torch.cat([kept[TensorIndex.Ellipsis, ..(int)v.kept, ..], rows, before[TensorIndex.Ellipsis, end.., ..]], -2);
    }

    /// <summary>Null where the last slot is the row's own, or was not dumped.</summary>
    private static Tensor? of_last_slot(Values v) =>
        others(v)?.last_slot(final_embedding_normalized) is { } last ? Safe.matmul(last.to_type(v.dtype), v.weight("output").T) : null;
}
