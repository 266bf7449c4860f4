using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>The tensors of a dump that make up one result: all that have a name of the step in the same layer.</summary>
/// <param name="Step">The step.</param>
/// <param name="Layer">From 0; null if the names have none.</param>
/// <param name="All">The tensors, at least one, in the order of the dump.</param>
internal sealed record ResultEntries(ArticleStep Step, int? Layer, IReadOnlyList<NamedEntry> All)
{
    /// <summary>What messages call the result.</summary>
    public string Name => All[0].Entry.Written;
}
