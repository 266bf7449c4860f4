using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// Collects the results in a dump: it groups the tensors by step and layer, and finds a reader for each group. How a result was dumped
/// is for the readers to know.
/// </summary>
/// <param name="context">The dump and the run.</param>
internal sealed class ResultCollector(ReadingContext context)
{
    private readonly Completeness _completeness = new(context.Dump);
    private readonly IReadOnlyList<IResultReader> _readers = ResultReaders.In(context);

    /// <summary>All results, in the order in which they are computed.</summary>
    /// <exception cref="BadInputException">A tensor has a shape or dtype that does not fit, is there twice, or lacks heads or positions.</exception>
    public IReadOnlyList<DumpedResult> Collect()
    {
        var chosen = Groups().Select(entries => (entries, reader: _readers.For(entries))).ToList();
        var results = chosen.Select(pair => Collect(pair.entries, pair.reader)).ToLookup(pair => pair.IsJudged, pair => pair.Result);
        var judged = results[true].ToList();
        _completeness.RequireOnce(judged, result => result.Key, result => result.Name);
        LeaveOut([.. results[false].OrderBy(Position).Select(result => Printable.Text(result.Name))], judged.Count == 0);
        return [.. judged.OrderBy(result => result.Stage).ThenBy(Position)];
    }

    private IEnumerable<ResultEntries> Groups() =>
        from entry in context.Dump.Entries
        let name = TensorName.Parse(entry.Name)
        where name is not null
        group new NamedEntry(name, entry) by (name.Alias.Step, name.Layer) into result
        select new ResultEntries(result.Key.Step, result.Key.Layer, [.. result]);

    private (DumpedResult Result, bool IsJudged) Collect(ResultEntries entries, IResultReader reader)
    {
        var (model, first) = (context.Model, entries.All[0]);
        if (entries.Layer >= model.n_layers)
        {
            throw context.Refuse(entries.Name, $"is of layer {entries.Layer}, but the model has the layers 0 to {model.n_layers - 1}");
        }
        _completeness.RequireOnce(entries.All, entry => (entry.Name.Head, entry.Name.Position, entry.Name.Alias.Part), entry => entry.Entry.Name);
        var read = reader.Read(entries);
        var notes = read.Note is { } note ? new[] { note } : [];
        var result = new DumpedResult(
            entries.Step, ScopeOf(entries, read), entries.Name, first.Name.Alias.Convention, notes, () => read.Read().contiguous())
        {
            Dtype = entries.All.All(entry => entry.Entry.Dtype == first.Entry.Dtype) ? first.Entry.Dtype : null,
        };
        return (result, read.IsJudged);
    }

    private Scope ScopeOf(ResultEntries entries, ArrangedResult read)
    {
        if (entries.Layer is not { } layer) { return read.AllHeads ? Scope.Layer(0) : Scope.Article; }
        if (read is { AllHeads: false, IsJudged: true } && entries.Step.heads_in(context.Model) is { } heads)
        {
            throw context.Refuse(entries.Name, $"holds one head, expected all {heads} heads of layer {layer}, "
                + $"or the name {entries.Step.id} for head 0 of layer 0");
        }
        return Scope.Layer(layer);
    }

    private void LeaveOut(List<string> names, bool all)
    {
        if (names.Count == 0) { return; }
        var few = Completeness.Few(names);
        if (all) { throw Refusal.LastTokenAlone(context.Dump, few, context.Tokens); }
        context.Remarks.Add($"only the last token, not judged: {few}");
    }

    private static int Position(DumpedResult result) => Aliases.Position(result.Step);
}
