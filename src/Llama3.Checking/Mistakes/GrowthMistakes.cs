using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Caches that grow by blocks, and lose what was in them.</summary>
internal static class GrowthMistakes
{
    /// <summary>By the size of a block.</summary>
    public static IReadOnlyList<KnownMistake> All { get; } = [Lost(32), Lost(64), Lost(128), Lost(256)];

    private static KnownMistake Lost(long block) => Mistake(
        $"cache_rows_lost_{block}", $"where the cache grows, at every {block} tokens, what was in it is lost: the rows before are 0",
        fix: "copy the rows that are kept into the larger cache",
        (CacheSteps.k_cache, v => Grows(v, block) ? after_zeros(v.kept_keys!, v[k_per_token_rotated]) : v.right(CacheSteps.k_cache)),
        (CacheSteps.v_cache, v => Grows(v, block) ? after_zeros(v.kept_values!, v[v_per_token]) : v.right(CacheSteps.v_cache))).Beyond(block);

    /// <summary>The prompt gets as many blocks as it needs.</summary>
    private static bool Grows(Values v, long block) => v.kept > 0 && (v.kept - 1) / block < (v.kept + v[tokens].shape[0] - 1) / block;

    private static Tensor after_zeros(Tensor kept, Tensor rows) => torch.cat([torch.zeros_like(kept), rows], -2);
}
