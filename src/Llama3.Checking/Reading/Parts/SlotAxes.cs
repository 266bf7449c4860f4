using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Parts;

/// <summary>An axis of tokens or of keys, with a slot for each of any row.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Taken">The slots of one row.</param>
/// <param name="All">How long the axis is.</param>
/// <param name="IsOfKeys">Whether it is that of the keys.</param>
internal sealed record SlotAxis(int Axis, long[] Taken, long All, bool IsOfKeys = false)
{
    /// <summary>Whether all slots are taken, in their order.</summary>
    public bool IsWhole => Taken.Length == All && Taken.Index().All(slot => slot.Item == slot.Index);
}

/// <summary>Finds the axes of tokens and of keys, in whatever layout a tensor is.</summary>
/// <param name="slots">Where the row is.</param>
/// <param name="model">The model that the port ran.</param>
/// <param name="entries">What was dumped of the row, with its padding.</param>
/// <param name="read">Reads a tensor.</param>
/// <param name="expected">What a step of a layer should be in this row, without padding; null where that is not known.</param>
internal sealed class SlotAxes(
    RowSlots slots, ModelParams model, IReadOnlyList<DumpEntry> entries, Func<DumpEntry, Tensor> read, Func<ArticleStep, int, Tensor?> expected)
{
    private readonly LayoutChoice _choice = new(entries, expected);

    /// <summary>The axes; none of what has none, or cannot be read: a reader lists it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="entry">The tensor, of one row.</param>
    /// <param name="row">The slots that are taken of its tokens.</param>
    /// <param name="keys">The slots that are taken of its keys.</param>
    public IReadOnlyList<SlotAxis> Of(ArticleStep step, DumpEntry entry, RowSlots row, long[] keys)
    {
        if (DumpNumbers.ShapeOrNull(entry, step) is not { } shape || (slots.Own.Length == slots.Slots && keys.Length == slots.KeySlots)) { return []; }
        // A cache may be dumped up to its capacity, and scores may be padded to more keys.
        foreach (var keySlots in shape.Where(size => size > slots.KeySlots && step.shape.HasKeys).Prepend(slots.KeySlots))
        {
            if (Fit(step, shape, keySlots) is not { } layout) { continue; }
            var axes = AxesOf(step, layout, keySlots).Select(axis => shape.Count - layout.Sizes.Length + axis);
            var (ofTokens, ofKeys) = (new SlotAxis(0, row.Own, slots.Slots), new SlotAxis(0, keys, keySlots, IsOfKeys: true));
            SlotAxis[] kinds = step.is_cache ? [ofKeys] : step.shape.HasKeys ? [ofTokens, ofKeys] : [ofTokens];
            return [.. axes.Zip(kinds, (axis, kind) => kind with { Axis = axis })];
        }
        return [];
    }

    /// <summary>How many axes a tensor has; of complex numbers as pairs without the pairs.</summary>
    public static int Rank(DumpEntry entry, Alias alias) => alias.Part == AliasPart.Whole ? DumpNumbers.ShapeOrNull(entry, alias.Step)?.Count ?? 0 : entry.Shape.Count;

    private TensorLayout? Fit(ArticleStep step, IReadOnlyList<long> shape, long keySlots) =>
        TensorLayout.AllThatFit(step, shape, model, step.shape.Sizes(model, slots.Slots, keySlots), slots.Slots) is { Count: > 0 } all
            ? _choice.Of(step, all, (entry, layout) => Unpadded(step, entry, layout, keySlots))
            : null;

    /// <summary>The row's own numbers, if they are in a layout.</summary>
    private Tensor Unpadded(ArticleStep step, DumpEntry entry, TensorLayout layout, long keySlots)
    {
        var all = layout.Apply(DumpNumbers.Real(read(entry), step).reshape(layout.Sizes));
        var own = all.index_select(layout.AllHeads ? 1 : 0, torch.tensor(step.is_cache ? slots.Keys : slots.Own));
        return step.shape.HasKeys && !step.is_cache && own.shape[^1] == keySlots ? own.index_select(own.ndim - 1, torch.tensor(slots.Keys)) : own;
    }

    /// <summary>Those whose sizes would be others for another number of tokens.</summary>
    private IEnumerable<int> AxesOf(ArticleStep step, TensorLayout layout, long keySlots)
    {
        var (tokens, keys) = (slots.Slots + 1, keySlots + 1);
        var grown = TensorLayout.Of(step, model, step.shape.Sizes(model, tokens, keys), tokens).ElementAt(layout.Number).Sizes;
        return grown.Index().Where(size => size.Item != layout.Sizes[size.Index]).Select(size => size.Index);
    }
}
