using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Fitting;

/// <summary>How many tokens of the run before a run goes on after: a prefix that is too short or too long. And how many rows attention reads.</summary>
internal static class KeptNumbers
{
    /// <summary>How many tokens too few or too many are tried.</summary>
    private const int Most = 16;

    private const int MostUnwritten = 128;

    /// <summary>Steps that have as many columns or rows as attention reads: none of them was dumped with fewer.</summary>
    private static readonly ArticleStep[] OfRows = [CacheSteps.k_cache, CacheSteps.v_cache, qk_per_token, mask, qk_per_token_after_masking_after_softmax];

    public static IReadOnlyList<Number> All { get; } =
    [
        Kept("run_kept_other", "", (CacheSteps.positions, (v, offset) => v.right(CacheSteps.positions) + offset)),
        Kept("run_kept_other_positions_right", ", though the positions are right"),
        Unwritten,
    ];

    /// <summary>A chunk of a prompt that reads as many rows as the prompt will have.</summary>
    private static Number Unwritten => new("cache_rows_unwritten")
    {
        IsWhole = true,
        Mistake = (_, number, _) => $"attention reads {number} rows of the cache, as many as the whole prompt will have: those after a chunk are not written yet, and are 0",
        Fix = _ => "read as many rows as have been written: those before the chunk, and its own",
        Starts = fault => !OfRows.All(fault.Computed.Contains) ? [] : Enumerable.Range(1, MostUnwritten).Select(rows => (double)(fault.Dump.Golden.Kept + fault.Dump.Tokens + rows)),
        Wrong = (_, rows) =>
        [
            (CacheSteps.k_cache, v => Filled(v, v.kept_keys, v[k_per_token_rotated], (long)rows)),
            (CacheSteps.v_cache, v => Filled(v, v.kept_values, v[v_per_token], (long)rows)),
        ],
    };

    /// <summary>With zeros behind. Those that the chunk before has read are no rows of the cache.</summary>
    private static Tensor Filled(Values v, Tensor? kept, Tensor own, long rows)
    {
        var written = kept is null ? own : torch.cat([kept[TensorIndex.Ellipsis, ..(int)v.kept, ..], own], -2);
        var sizes = written.shape;
        sizes[^2] = rows - sizes[^2];
        return sizes[^2] <= 0 ? written : torch.cat([written, torch.zeros(sizes, dtype: written.dtype)], -2);
    }

    private static Number Kept(string name, string though, params (ArticleStep Step, Func<Values, long, Tensor> Run)[] positions) => new(name)
    {
        IsWhole = true,
        Mistake = (value, number, _) => $"the run goes on after {number} token{(number == "1" ? "" : "s")} too {(value > 0 ? "many" : "few")} of the run before{though}",
        Fix = _ => "keep as many rows of the cache as tokens of the prefix are used again, and give the first new token that number as position",
        Right = _ => 0,
        Starts = fault => fault.Dump.Left is null ? [] : Enumerable.Range(-Most, (2 * Most) + 1).Where(offset => offset != 0).Select(offset => (double)offset),
        Wrong = (_, offset) =>
        [
            .. positions.Select(one => (one.Step, (Func<Values, StepResult>)(v => one.Run(v, (long)offset)))),
            (CacheSteps.k_cache, v => After(v, CacheSteps.k_cache, k_per_token_rotated, (long)offset)),
            (CacheSteps.v_cache, v => After(v, CacheSteps.v_cache, v_per_token, (long)offset)),
        ],
    };

    /// <summary>The first pass of a run takes other rows of what the run before has left. A later pass finds them in the cache.</summary>
    private static Tensor After(Values v, ArticleStep cache, ArticleStep step, long offset)
    {
        if (v.pass?.others is not ({ is_first: true } and { left: { } left })) { return v.right(cache); }
        var (all, rows, count) = (HeadMistakes.of_head(left(cache, v.layer), v), v[step], v.kept + offset);
        return count < 0 || count > all.shape[^2] ? v.right(cache) : torch.cat([all[TensorIndex.Ellipsis, ..(int)count, ..].to_type(rows.dtype), rows], -2);
    }
}
