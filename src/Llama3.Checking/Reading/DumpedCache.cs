using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>What a port has kept when a pass is done: the caches that it dumped, or what it ought to have put into them.</summary>
/// <param name="dump">The pass, or the prompt.</param>
/// <param name="before">What was kept when the pass before was done; null behind the prompt.</param>
internal sealed class DumpedCache(DumpedRun dump, DumpedCache? before)
{
    private readonly Dictionary<(ArticleStep, int), Tensor> _kept = [];
    private long? _rows;

    /// <summary>The rows of all caches, if they were dumped and have as many; the tokens so far otherwise.</summary>
    public long Rows => _rows ??= DumpedRows() ?? (before?.Rows ?? 0) + dump.Tokens;

    /// <summary>Whether keys and values are those that the port dumped as its caches.</summary>
    public bool IsDumped { get; private set; }

    /// <summary>[n_kv_heads, N+M, head_dim] of a layer.</summary>
    public Tensor Keys(int layer) => Kept(CacheSteps.k_cache, ArticleSteps.k_per_token_rotated, layer);

    /// <summary>[n_kv_heads, N+M, head_dim] of a layer.</summary>
    public Tensor Values(int layer) => Kept(CacheSteps.v_cache, ArticleSteps.v_per_token, layer);

    private Tensor Kept(ArticleStep cache, ArticleStep step, int layer)
    {
        if (_kept.TryGetValue((cache, layer), out var known)) { return known; }
        using var temporaries = torch.NewDisposeScope();
        _ = Rows;
        var kept = IsDumped
            ? dump.Find(cache, Scope.Layer(layer))!.tensor
            : KvCache.append(cache == CacheSteps.k_cache ? before?.Keys(layer) : before?.Values(layer), New(step, Scope.Layer(layer)));
        return _kept[(cache, layer)] = kept.alias().DetachFromDisposeScope();
    }

    /// <summary>As dumped; where it was not, as it should be; without a golden, what follows from what was dumped.</summary>
    private Tensor New(ArticleStep step, Scope scope)
    {
        if (dump.Find(step, scope) is { } dumped) { return dumped.tensor; }
        return dump.Golden.Results(ScalarType.Float32).TryGetValue(scope.KeyOf(step), out var golden)
            ? golden.tensor
            : dump.Walk(ScalarType.Float32)[step, scope].tensor;
    }

    private long? DumpedRows()
    {
        var layers = Enumerable.Range(0, dump.Checkpoint.Params.n_layers).Select(Scope.Layer).ToList();
        ArticleStep[] caches = [CacheSteps.k_cache, CacheSteps.v_cache];
        if (!caches.All(cache => layers.TrueForAll(layer => dump.HasWhole(cache, layer)))) { return null; }
        var rows = caches.SelectMany(cache => layers.Select(layer => dump.Find(cache, layer)!.tensor.shape[1])).Distinct().ToList();
        IsDumped = rows.Count == 1;
        return IsDumped ? rows[0] : null;
    }
}
