using Llama3.Reference.Steps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Reference;

/// <summary>
/// A second, short chapter: many tokens, with a cache. The deep dive describes it (cell 113, "Attention Calculation Process Based on
/// KV-Cache") and leaves the code to the reader. N tokens have been computed, M are new. Only the steps here differ from the
/// article; every other step is the article's own on the M new tokens.
/// </summary>
public static class CacheSteps
{
    /// <summary>The cell of the deep dive that describes all of them, counted from 0.</summary>
    public const int Cell = 113;

    /// <summary>All steps in reading order. Stays first: the fields below add themselves to it.</summary>
    public static StepList all { get; } = new(Chapter.Cache, first: ArticleSteps.all.Count + 1);

    public static readonly ArticleStep tokens = all.add(
        title: "take the new tokens alone",
        why: "What comes next depends on the tokens before only through their keys and values, and these are kept. So a pass starts " +
             "with M new tokens: the one that was just predicted, or all of what a user says next.",
        formula: "tokens = [next_token]",
        shape: "M", dtype: int64, cell: Cell, takes_place_of: ArticleSteps.tokens,
        run: v => v.new_tokens);

    public static readonly ArticleStep positions = all.add(
        title: "place them after the tokens that are kept",
        why: "Positions go on where the last pass ended. The notebook says that they \"start from N + 1\", counting from one; " +
             "counted from 0, as everything here, they start at N.",
        formula: "positions = N, N+1, … N+M-1",
        shape: "M", dtype: int64, cell: Cell,
        run: v => KvCache.positions(v.next_position, v[tokens].shape[0]));

    public static readonly ArticleStep k_cache = all.add(
        title: "append the new keys to those that are kept",
        why: "The mask kept the tokens before from seeing the new ones, so nothing of theirs changes: neither their keys, which are " +
             "kept as they were rotated, nor anything computed from them. Their queries are never needed again.",
        formula: "k_cache = [k_cache of N tokens; k of M tokens]",
        shape: "N+M head_dim", dtype: float32, cell: Cell, repeats: Repeats.PerKeyValueHead, is_cache: true,
        run: v => KvCache.append(v.kept_keys, v[k_per_token_rotated]));

    public static readonly ArticleStep qk_per_token = all.add(
        title: "score the new queries against every key",
        why: "A new token looks at all tokens before it, and at itself: M rows of scores instead of N+M.",
        formula: "scores = q · k_cacheᵀ / √head_dim",
        shape: "M N+M", dtype: float32, cell: Cell, repeats: Repeats.PerQueryHead, takes_place_of: ArticleSteps.qk_per_token,
        run: v => Attention.scores(v[q_per_token_rotated], v[k_cache]));

    public static readonly ArticleStep mask = all.add(
        title: "forbid looking ahead among the new tokens",
        why: "The last M rows of the causal mask. A single new token comes last and may see everything; of several, each must not " +
             "see those after it. Adding the mask and the softmax are as ever, row by row.",
        formula: "mask[t, s] = -inf where s > N + t, else 0",
        shape: "M N+M", dtype: float32, cell: Cell, takes_place_of: ArticleSteps.mask,
        run: v => Attention.causal_mask(v[tokens].shape[0], cached: v.in_layer(0)[k_cache].shape[1] - v[tokens].shape[0]));

    public static readonly ArticleStep v_cache = all.add(
        title: "append the new values to those that are kept",
        why: "As for the keys; values are not rotated.",
        formula: "v_cache = [v_cache of N tokens; v of M tokens]",
        shape: "N+M head_dim", dtype: bfloat16, cell: Cell, repeats: Repeats.PerKeyValueHead, is_cache: true,
        run: v => KvCache.append(v.kept_values, v[v_per_token]));

    public static readonly ArticleStep qkv_attention = all.add(
        title: "mix the values of all tokens",
        why: "M rows come out, one for each new token. From here on everything is as in the article: heads side by side, " +
             "wo, feed-forward, the next layer.",
        formula: "attention · v_cache",
        shape: "M head_dim", dtype: bfloat16, cell: Cell, repeats: Repeats.PerQueryHead, takes_place_of: ArticleSteps.qkv_attention,
        run: v => Attention.mix_values(v[qk_per_token_after_masking_after_softmax], v[v_cache]));

    /// <summary>How the article's steps and finer points are computed where there is a cache; those that are not here, as ever.</summary>
    internal static IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> instead { get; } =
        new Dictionary<ArticleStep, Func<Values, StepResult>>(all
            .Where(step => step.takes_place_of is not null)
            .Select(step => KeyValuePair.Create(step.takes_place_of!, step.run)))
        {
            [FinerPoints.qk_per_token_before_scaling] = v => Attention.dot_products(v[q_per_token_rotated], v[k_cache]),
        };
}
