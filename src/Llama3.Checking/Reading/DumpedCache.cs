using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// What a port has kept when a pass is done: the caches that it dumped, or what it ought to have put into them. It is what the next
/// pass starts from.
/// </summary>
/// <param name="walks">The inputs of the pass, or of the prompt, what was dumped of it, and the reference on that.</param>
/// <param name="rows">How many rows the caches hold after it.</param>
/// <param name="before">What was kept when the pass before was done; null for the prompt.</param>
internal sealed class DumpedCache(DumpWalks walks, CacheRows rows, DumpedCache? before)
{
    private readonly Dictionary<(ArticleStep, int), Tensor> _kept = [];
    private readonly Lazy<Walk> _walk = new(() => walks.Walk(ScalarType.Float32));

    /// <summary>How many rows the caches hold.</summary>
    public CacheRows Rows => rows;

    /// <summary>What the next pass starts from.</summary>
    /// <param name="next">That pass.</param>
    /// <param name="dtype">The dtype of its walk; keys are float32 in any.</param>
    public Pass PassAfter(GoldenCase next, ScalarType dtype) =>
        CachePasses.After(next.Kept, next.NewTokens, Keys, layer => Values(layer).to_type(dtype)) with
        {
            IsFromCache = rows.AreDumped && walks.Golden.IsPass,
        };

    /// <summary>[n_kv_heads, N+M, head_dim] of a layer.</summary>
    private Tensor Keys(int layer) => Kept(CacheSteps.k_cache, ArticleSteps.k_per_token_rotated, layer);

    /// <summary>[n_kv_heads, N+M, head_dim] of a layer.</summary>
    private Tensor Values(int layer) => Kept(CacheSteps.v_cache, ArticleSteps.v_per_token, layer);

    private Tensor Kept(ArticleStep cache, ArticleStep step, int layer)
    {
        if (_kept.TryGetValue((cache, layer), out var known)) { return known; }
        using var temporaries = torch.NewDisposeScope();
        var kept = rows.AreDumped
            ? walks.Tensors.Find(cache, Scope.Layer(layer))!.tensor
            : KvCache.append(before?.Kept(cache, step, layer), New(step, Scope.Layer(layer)));
        return _kept[(cache, layer)] = kept.alias().DetachFromDisposeScope();
    }

    /// <summary>As dumped; where it was not, what follows from what was dumped before it; from nothing follows the golden.</summary>
    private Tensor New(ArticleStep step, Scope scope)
    {
        if (walks.Tensors.Find(step, scope) is { } dumped) { return dumped.tensor; }
        return !IsSomethingDumpedBefore(scope.layer)
            && walks.Golden.Expected(step, scope, ScalarType.Float32) is { } golden && golden.shape[1] == rows.New
            ? golden
            : _walk.Value[step, scope].tensor;
    }

    /// <summary>Whether anything was dumped that a layer may be computed from, apart from ids, weights and tables.</summary>
    private bool IsSomethingDumpedBefore(int layer) => walks.Tensors.Results.All.Any(result =>
        result.Stage <= layer && result.Step != ArticleSteps.tokens && !DumpContract.Prepared.Contains(result.Step));
}
