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
    private readonly Dictionary<(ArticleStep, int), Tensor> _tensors = [];
    private readonly Lazy<Walk> _walk = new(() => walks.Walk(ScalarType.Float32));

    private long? _kept;

    /// <summary>How many rows the caches hold.</summary>
    public long Count => _kept ?? rows.Count;

    /// <summary>Whether all caches were dumped, with the same number of rows.</summary>
    public bool AreDumped => rows.AreDumped;

    /// <summary>The first rows alone: the others are taken back.</summary>
    public DumpedCache Cropped(long count) => new(walks, rows, before) { _kept = count };

    /// <summary>What the next pass starts from.</summary>
    /// <param name="next">That pass.</param>
    /// <param name="dtype">The dtype of its walk; keys are float32 in any.</param>
    public Pass PassAfter(GoldenCase next, ScalarType dtype) =>
        CachePasses.After(next.Kept, next.NewTokens, Keys, layer => Values(layer).to_type(dtype)) with
        {
            first_position = next.FirstPosition,
            IsFromCache = rows.AreDumped && walks.Golden.IsPass,
        };

    /// <summary>[n_kv_heads, N+M, head_dim] of a layer.</summary>
    public Tensor Keys(int layer) => First(Kept(CacheSteps.k_cache, ArticleSteps.k_per_token_rotated, layer));

    /// <summary>[n_kv_heads, N+M, head_dim] of a layer.</summary>
    public Tensor Values(int layer) => First(Kept(CacheSteps.v_cache, ArticleSteps.v_per_token, layer));

    private Tensor First(Tensor all) => _kept is { } count && count < all.shape[^2] ? all[TensorIndex.Ellipsis, ..(int)count, ..] : all;

    private Tensor Kept(ArticleStep cache, ArticleStep step, int layer)
    {
        if (_tensors.TryGetValue((cache, layer), out var known)) { return known; }
        using var temporaries = torch.NewDisposeScope();
        var kept = rows.AreDumped
            ? walks.Tensors.Find(cache, Scope.Layer(layer))!.tensor
            : KvCache.append(before is null ? null : before.First(before.Kept(cache, step, layer)), New(step, Scope.Layer(layer)));
        return _tensors[(cache, layer)] = kept.alias().DetachFromDisposeScope();
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
