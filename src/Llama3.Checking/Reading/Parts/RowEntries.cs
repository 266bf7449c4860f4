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
internal sealed class RowEntries
{
    private readonly Dump _pass;
    private readonly RowSlots _slots;
    private readonly SlotAxes _axes;
    private readonly Lazy<bool> _seesPadding;

    /// <summary>Reads no numbers yet.</summary>
    /// <param name="pass">What was dumped of the pass, of all rows.</param>
    /// <param name="slots">Where the row is in it.</param>
    /// <param name="model">The model that the port ran.</param>
    /// <param name="expected">What a step of a layer should be in this row; null where that is not known.</param>
    public RowEntries(Dump pass, RowSlots slots, ModelParams model, Func<ArticleStep, int, Tensor?> expected)
    {
        (_pass, _slots) = (pass, slots);
        _axes = new SlotAxes(slots, model, [.. pass.Entries.Select(Sliced)], pass.Read, expected);
        _seesPadding = new(() => !slots.IsAll && _pass.Entries.Any(SeesPadding));
    }

    /// <summary>Whether slots of padding take part in attention. Then they are left in, in front of the others, so that the fault shows.</summary>
    public bool IsPaddingSeen => _seesPadding.Value;

    /// <summary>The row.</summary>
    public Dump Row() => _slots.IsAll && !_pass.Entries.Any(IsAboutRows) ? _pass : Part(_slots, _ => true);

    /// <summary>Some of what the row has in slots of padding.</summary>
    /// <param name="padding">The row, with these slots in place of its own.</param>
    /// <param name="isWanted">Whether a tensor is.</param>
    public Dump Padding(RowSlots padding, Func<DumpEntry, bool> isWanted) => Part(padding, isWanted);

    private Dump Part(RowSlots slots, Func<DumpEntry, bool> isWanted) =>
        _pass.Part(name: null, _pass.Entries.Where(entry => !IsAboutRows(entry) && isWanted(entry)).Select(entry => Of(entry, slots)));

    private static bool IsAboutRows(DumpEntry entry) => Parts.Padding.IsAbout(entry.Name) || entry.Name == KeptTokens.Name;

    private DumpEntry Of(DumpEntry entry, RowSlots slots)
    {
        var row = Sliced(entry);
        if (TensorName.Parse(entry.Name) is not { Alias: { Step: var step, Part: var part } })
        {
            return TensorName.ParseFused(entry.Name) is null ? entry : Cut(row, [new(row.Shape.Count - 2, slots.Own, slots.Slots)]);
        }
        // Tables of all rows have a row for each position, and not for each slot.
        if (IsTable(step) && ReferenceEquals(row, entry)) { return entry; }
        return Cut(row, part == AliasPart.Whole ? _axes.Of(step, row, slots, Keys(step)) : [new(row.Shape.Count - 2, slots.Own, slots.Slots)]);
    }

    /// <summary>Scores that see padding keep it, in front of all tokens; a cache always may have it.</summary>
    private long[] Keys(ArticleStep step) => step.is_cache || !IsPaddingSeen ? _slots.Keys : [.. _slots.PaddedKeys, .. _slots.Keys];

    /// <summary>Without the batch axis: weights, tables and the mask may have one, or be the same for all rows. A single row may lack it.</summary>
    private DumpEntry Sliced(DumpEntry entry)
    {
        if (entry.Shape.Count == 0 || entry.Shape[0] != _slots.Rows) { return entry; }
        var isShared = TensorName.Parse(entry.Name) is { Alias: { Step: var step } alias } && DumpContract.Prepared.Contains(step)
            && SlotAxes.Rank(entry, alias) <= (alias.Part == AliasPart.Whole ? step.shape.Names.Count : 2);
        return isShared || (_slots.Rows == 1 && !IsTable(entry)) ? entry : entry.As([.. entry.Shape.Skip(1)], tensor => tensor[_slots.Row]);
    }

    private static bool IsTable(DumpEntry entry) => TensorName.Parse(entry.Name) is { } name && IsTable(name.Alias.Step);

    private static bool IsTable(ArticleStep step) => step == ArticleSteps.freqs_for_each_token || step == ArticleSteps.freqs_cis;

    private bool SeesPadding(DumpEntry entry)
    {
        if (TensorName.Parse(entry.Name) is not { Alias.Step: var step } || !Surplus.ShowsWhatIsSeen(step)) { return false; }
        var row = Sliced(entry);
        if (_axes.Of(step, row, _slots, _slots.Keys) is not [.., { IsOfKeys: true } keys] axes) { return false; }
        var (own, padding) = (axes.Where(axis => !axis.IsOfKeys).ToList(), keys with { Taken = _slots.PaddedKeys });
        return _slots.PaddedKeys.Length > 0 && Surplus.IsSeen(step, _pass.Read(Cut(row, [.. own, keys])), _pass.Read(Cut(row, [.. own, padding])));
    }

    private static DumpEntry Cut(DumpEntry entry, IReadOnlyList<SlotAxis> axes)
    {
        var cut = axes.Where(axis => axis.Axis >= 0 && entry.Shape[axis.Axis] == axis.All && !axis.IsWhole).ToList();
        if (cut.Count == 0) { return entry; }
        var shape = entry.Shape.ToArray();
        foreach (var axis in cut) { shape[axis.Axis] = axis.Taken.Length; }
        return entry.As(shape, tensor => cut.Aggregate(tensor, (rest, axis) => rest.index_select(axis.Axis, torch.tensor(axis.Taken))));
    }
}
