using Llama3.Reference.Walking;

namespace Llama3.Reference;

/// <summary>The passes of a walk with a cache, one after the other.</summary>
internal static class CachePasses
{
    /// <summary>The first pass, over tokens that nothing comes before.</summary>
    /// <param name="tokens">[M] int64.</param>
    public static Pass First(Tensor tokens) => After(0, tokens, _ => null, _ => null);

    /// <summary>A pass over tokens that follow others, whose keys and values are kept.</summary>
    /// <param name="kept">N, how many tokens came before.</param>
    /// <param name="tokens">[M] int64, the new ones.</param>
    /// <param name="keys">For a layer, [n_kv_heads, N, head_dim] float32; null where there are none.</param>
    /// <param name="values">For a layer, [n_kv_heads, N, head_dim]; null where there are none.</param>
    public static Pass After(long kept, Tensor tokens, Func<int, Tensor?> keys, Func<int, Tensor?> values) =>
        new(tokens, kept, keys, values) { instead = CacheSteps.instead };

    /// <summary>A walk over further tokens, after all of this walk's or after the first of them: it takes the keys and values of those before from this walk, which must not be disposed yet.</summary>
    /// <param name="walk">A walk with a cache: it started from <see cref="First"/>.</param>
    /// <param name="tokens">[M] int64.</param>
    /// <param name="kept">How many tokens are kept; all of them if left out.</param>
    /// <exception cref="InvalidOperationException">The walk has no cache.</exception>
    public static Walk Next(this Walk walk, Tensor tokens, long? kept = null)
    {
        if (walk.pass is not { } pass) { throw new InvalidOperationException("this walk has no cache"); }
        return walk.With(After(kept ?? pass.kept + pass.tokens.shape[0], tokens, Kept(CacheSteps.k_cache), Kept(CacheSteps.v_cache)) with
        {
            first_position = pass.first_position,
            IsFromCache = pass.kept > 0,
        });

        Func<int, Tensor?> Kept(ArticleStep cache) => layer => walk[cache, Scope.Layer(layer)].tensor is var all && kept is { } count ? all[.., ..(int)count] : all;
    }
}
