using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Parts;

/// <summary>
/// One row of a batch as a dump of its own: without the batch axis, and without the slots of padding. What all rows have in common, such as
/// weights and tables, stays as it is.
/// </summary>
/// <param name="slots">Where the row is.</param>
/// <param name="model">The model that the port ran.</param>
internal sealed class RowEntries(RowSlots slots, ModelParams model)
{
    /// <summary>The row.</summary>
    /// <param name="pass">What was dumped of the pass, of all rows.</param>
    public Dump Of(Dump pass) => slots.IsAll && !pass.Entries.Any(IsAboutRows)
        ? pass
        : pass.Part(name: null, pass.Entries.Where(entry => !IsAboutRows(entry)).Select(Of));

    private static bool IsAboutRows(DumpEntry entry) => Padding.IsAbout(entry.Name) || entry.Name == KeptTokens.Name;

    private DumpEntry Of(DumpEntry entry)
    {
        if (TensorName.Parse(entry.Name) is { } name) { return Of(entry, name.Alias); }
        return TensorName.ParseFused(entry.Name) is null ? entry : Selected(Sliced(entry), Axes(tokens: Sliced(entry).Shape.Count - 2));
    }

    private DumpEntry Of(DumpEntry entry, Alias alias)
    {
        var (step, one) = (alias.Step, alias.Part == AliasPart.Whole ? alias.Step.shape.Names.Count : 2);
        if (step.dtype is null || !DumpContract.Prepared.Contains(step)) { return Selected(Sliced(entry), step); }
        // Weights, tables and the mask may have a batch axis, or be one for all rows.
        var isOfRow = Rank(entry, alias) > one && entry.Shape[0] == slots.Rows;
        var row = isOfRow ? Sliced(entry) : entry;
        return alias.Part != AliasPart.Whole ? isOfRow ? Selected(row, Axes(tokens: row.Shape.Count - 2)) : row
            : isOfRow || step == ArticleSteps.mask || step == CacheSteps.positions ? Selected(row, step)
            : row;
    }

    private static int Rank(DumpEntry entry, Alias alias) => alias.Part == AliasPart.Whole ? DumpNumbers.ShapeOf(entry, alias.Step).Count : entry.Shape.Count;

    /// <summary>Without the batch axis. A single row may lack it.</summary>
    private DumpEntry Sliced(DumpEntry entry) => slots.Rows > 1 && entry.Shape.Count > 0 && entry.Shape[0] == slots.Rows
        ? entry.As([.. entry.Shape.Skip(1)], tensor => tensor[slots.Row])
        : entry;

    private DumpEntry Selected(DumpEntry entry, ArticleStep step) => Selected(entry, AxesIn(entry, step));

    private static DumpEntry Selected(DumpEntry entry, IReadOnlyList<(int Axis, long[] Taken, long All)> axes)
    {
        var cut = axes.Where(axis => axis.Axis >= 0 && axis.Taken.Length != axis.All && entry.Shape[axis.Axis] == axis.All).ToList();
        if (cut.Count == 0) { return entry; }
        var shape = entry.Shape.ToArray();
        foreach (var (axis, taken, _) in cut) { shape[axis] = taken.Length; }
        return entry.As(shape, tensor => cut.Aggregate(tensor, (rest, axis) => rest.index_select(axis.Axis, torch.tensor(axis.Taken))));
    }

    private (int, long[], long)[] Axes(int tokens) => [(tokens, slots.Own, slots.Slots)];

    /// <summary>The axes of the tokens and of the keys, in whatever layout: those whose sizes would be others for another number of tokens.</summary>
    private IReadOnlyList<(int, long[], long)> AxesIn(DumpEntry entry, ArticleStep step)
    {
        if (step.dtype is null || slots is { Own.Length: var own, Keys.Length: var keys } && own == slots.Slots && keys == slots.KeySlots) { return []; }
        var shape = DumpNumbers.ShapeOf(entry, step);
        var (padded, more) = (step.shape.Sizes(model, slots.Slots, slots.KeySlots), step.shape.Sizes(model, slots.Slots + 1, slots.KeySlots + 1));
        if (TensorLayout.Fit(step, shape, model, padded, slots.Slots) is not { } layout) { return []; }
        var index = TensorLayout.Of(step, model, padded, slots.Slots).Index().First(one => one.Item.Sizes.SequenceEqual(layout.Sizes)).Index;
        var grown = TensorLayout.Of(step, model, more, slots.Slots + 1).ElementAt(index).Sizes;
        var axes = grown.Index().Where(size => size.Item != layout.Sizes[size.Index]).Select(size => shape.Count - layout.Sizes.Length + size.Index).ToList();
        var ofTokens = (slots.Own, slots.Slots);
        var ofKeys = (slots.Keys, slots.KeySlots);
        (long[], long)[] kinds = step.is_cache ? [ofKeys] : step.shape.HasKeys ? [ofTokens, ofKeys] : [ofTokens];
        return [.. axes.Zip(kinds, (axis, kind) => (axis, kind.Item1, kind.Item2))];
    }
}
