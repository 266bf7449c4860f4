using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>How many rows the caches hold when a pass is done: as dumped, or one for each token so far.</summary>
/// <param name="results">What was dumped of the pass, or of the prompt.</param>
/// <param name="tokens">How many tokens it ran on.</param>
/// <param name="before">The rows that were kept before; 0 for a prompt.</param>
internal sealed class CacheRows(DumpedResults results, long tokens, long before)
{
    private readonly Lazy<long?> _dumped = new(() => Dumped(results));

    /// <summary>The rows that the pass, or the prompt, has added: one for each token that it ran on.</summary>
    public long New => tokens;

    /// <summary>The rows that each cache has, if all were dumped with the same number; otherwise the tokens so far.</summary>
    public long Count => _dumped.Value ?? before + tokens;

    /// <summary>Whether all caches were dumped, with the same number of rows.</summary>
    public bool AreDumped => _dumped.Value is not null;

    private static long? Dumped(DumpedResults results)
    {
        var layers = Enumerable.Range(0, results.Model.n_layers).Select(Scope.Layer).ToList();
        ArticleStep[] caches = [CacheSteps.k_cache, CacheSteps.v_cache];
        if (!caches.All(cache => layers.TrueForAll(layer => results.HasWhole(cache, layer)))) { return null; }
        var rows = caches.SelectMany(cache => layers.Select(layer => results.Find(cache, layer)!.Read().shape[1])).Distinct().ToList();
        return rows is [var same] ? same : null;
    }
}
