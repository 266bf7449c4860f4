using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// Collects the results in a dump: it groups the tensors by step and layer, and finds a reader for each group. How a result was dumped
/// is for the readers to know. What cannot be read is listed, and does not keep the rest from being judged.
/// </summary>
/// <param name="context">The dump and the run.</param>
/// <param name="names">What the names in the dump stand for.</param>
internal sealed class ResultCollector(ReadingContext context, DumpNames names)
{
    private readonly IReadOnlyList<IResultReader> _readers = ResultReaders.In(context);
    private readonly FusedResults _fused = new(context.Model);
    private readonly List<Unreadable> _unreadable = [];

    /// <summary>All results that can be read, in the order in which they are computed.</summary>
    public IReadOnlyList<DumpedResult> Collect()
    {
        var results = Groups().SelectMany(Alternatives).Select(entries => OrListed(() => Read(entries))).OfType<DumpedResult>().ToList();
        return [.. results.GroupBy(result => result.Key).Select(same => OrListed(() => Only([.. same]))).OfType<DumpedResult>()
            .OrderBy(result => result.Stage).ThenBy(Position)];
    }

    /// <summary>What cannot be read, and why.</summary>
    public IReadOnlyList<Unreadable> Unreadable => _unreadable;

    private IEnumerable<ResultEntries> Groups() => names.Known
        .Concat(names.Fused.SelectMany(entry => OrListed(() => _fused.Split(entry).ToList()) ?? []))
        .GroupBy(entry => (entry.Name.Alias.Step, entry.Name.Layer), (key, all) => new ResultEntries(key.Step, key.Layer, [.. all]));

    /// <summary>A result may be dumped under several names, each of which has all of it.</summary>
    private static IEnumerable<ResultEntries> Alternatives(ResultEntries entries) =>
        entries.All.GroupBy(entry => (entry.Name.Head, entry.Name.Position, entry.Name.Alias.Part)).All(same => !same.Skip(1).Any())
            ? [entries]
            : entries.All.GroupBy(entry => entry.Entry.Convention.Length > 0 ? entry.Entry.Written
                : entry.Name.Alias is { Part: AliasPart.Whole, Template: var template } ? template : entry.Name.Alias.Convention)
                .Select(alike => entries with { All = [.. alike] });

    private T? OrListed<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (UnreadableException error)
        {
            _unreadable.Add(error.Result);
            return null;
        }
    }

    private DumpedResult Read(ResultEntries entries)
    {
        if (entries.Layer >= context.Model.n_layers)
        {
            throw new UnreadableException(entries.Name, $"is of layer {entries.Layer}, but the model has the layers 0 to {context.Model.n_layers - 1}");
        }
        Completeness.RequireOnce(entries.All, entry => (entry.Name.Head, entry.Name.Position, entry.Name.Alias.Part), entry => entry.Entry.Written);
        var read = _readers.For(entries).Read(entries);
        if (read.NumbersTell) { read.Read(); }
        var (name, entry) = entries.All[0];
        string[] notes = [.. entry.Notes.Prepend(Fused(entry)).Append(read.Note).OfType<string>()];
        var convention = entry.Convention.Length > 0 ? entry.Convention : name.Alias.Convention;
        return new DumpedResult(entries.Step, ScopeOf(entries, read), entries.Name, convention, notes, () => read.Read().contiguous())
        {
            IsLastRow = read.IsLastRow,
            Dtype = entries.All.All(entry => entry.Entry.Dtype == entries.All[0].Entry.Dtype) ? entries.All[0].Entry.Dtype : null,
        };
    }

    /// <summary>Of the same result under several names the first, if the numbers are the same too.</summary>
    private static DumpedResult Only(IReadOnlyList<DumpedResult> same)
    {
        var different = same.Count > 1 ? same.Skip(1).FirstOrDefault(other => !HoldsTheSame(same[0], other)) : null;
        return different is null ? same[0] : throw new UnreadableException(
            same[0].Name, $"is the same result as {Printable.Text(different.Name)}, {same[0].Step.id}, with other numbers; dump it once");
    }

    private static bool HoldsTheSame(DumpedResult one, DumpedResult other) => SameNumbers.Are(one.Read(), other.Read());

    private static string? Fused(DumpEntry entry) =>
        TensorName.ParseFused(entry.Name) is var (alias, _) ? $"split into {string.Join(", ", alias.Steps.Select(step => step.id))}" : null;

    private Scope ScopeOf(ResultEntries entries, ArrangedResult read)
    {
        if (entries.Layer is not { } layer) { return read.AllHeads ? Scope.Layer(0) : Scope.Article; }
        if (!read.AllHeads && entries.Step.heads_in(context.Model) is { } heads)
        {
            throw new UnreadableException(entries.Name, $"holds one head, expected all {heads} heads of layer {layer}, "
                + $"or the name {entries.Step.id} for head 0 of layer 0");
        }
        return Scope.Layer(layer);
    }

    private static int Position(DumpedResult result) => Aliases.Position(result.Step);
}
