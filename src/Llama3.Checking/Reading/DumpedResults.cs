using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// The results in a dump, by step and scope. The article's own results are those of layer 0 and head 0, and are found among these too.
/// Nothing is read here: <see cref="DumpedTensors"/> reads what a tensor holds.
/// </summary>
internal sealed class DumpedResults
{
    private readonly Dictionary<(ArticleStep, Scope), DumpedResult> _results;

    /// <summary>Makes the index.</summary>
    /// <param name="model">The model that the port ran.</param>
    /// <param name="all">The results, each once, in the order in which they are computed.</param>
    public DumpedResults(ModelParams model, IReadOnlyList<DumpedResult> all) =>
        (Model, All, _results) = (model, all, all.ToDictionary(result => result.Key));

    /// <summary>The model that the port ran.</summary>
    public ModelParams Model { get; }

    /// <summary>All results, in the order in which they are computed.</summary>
    public IReadOnlyList<DumpedResult> All { get; }

    /// <summary>The result of a step, or the result of all heads that holds it; null if neither was dumped.</summary>
    public DumpedResult? Find(ArticleStep step, Scope scope)
    {
        if (_results.TryGetValue((step, scope.Of(step)), out var own)) { return own; }
        if (scope.layer != 0) { return null; }
        var other = scope.head is null && step.heads_in(Model) is null ? Scope.Article : Scope.Layer(0);
        return _results.GetValueOrDefault((step, other.Of(step)));
    }

    /// <summary>Whether a step was dumped.</summary>
    public bool Has(ArticleStep step, Scope scope) => Find(step, scope) is not null;

    /// <summary>Whether a step of a layer was dumped with all its heads.</summary>
    public bool HasWhole(ArticleStep step, Scope layer) => Find(step, layer) is { Scope.head: null };

    /// <summary>Whether a step was dumped: in every layer with all heads, if it is computed there.</summary>
    public bool Covers(ArticleStep step) => step.repeats == Repeats.Once ? Has(step, Scope.Article) : LayersWithout(step).Count == 0;

    /// <summary>The layers in which a step was not dumped; none for what is computed once.</summary>
    public IReadOnlyList<int> LayersWithout(ArticleStep step) => step.repeats == Repeats.Once
        ? []
        : [.. Enumerable.Range(0, Model.n_layers).Where(layer => !Has(step, Scope.Layer(layer)))];
}
