namespace Llama3.Checking.Reading.Parts;

/// <summary>
/// Where one row of a batch is in the tensors of a pass. Their axes of tokens and of keys have a slot for every token of the longest row; the
/// other rows leave slots empty, before their tokens or after them.
/// </summary>
/// <param name="Row">The number of the row, from 0.</param>
/// <param name="Rows">B, the number of rows; 1 without a batch.</param>
/// <param name="Own">The slots of the row's tokens on the axis of tokens.</param>
/// <param name="Slots">How long that axis is.</param>
/// <param name="Keys">The slots of all tokens of the row so far on the axis of keys.</param>
/// <param name="KeySlots">How long that axis is.</param>
internal sealed record RowSlots(int Row, int Rows, long[] Own, long Slots, long[] Keys, long KeySlots)
{
    /// <summary>Whether the row has every slot to itself, and the pass no other row.</summary>
    public bool IsAll => Rows == 1 && Own.Length == Slots && Keys.Length == KeySlots;

    /// <summary>The slots of padding on the axis of keys.</summary>
    public long[] PaddedKeys => [.. Range(0, KeySlots).Except(Keys)];

    /// <summary>The slots of padding before the row's tokens.</summary>
    public RowSlots Before => this with { Own = [.. Range(0, Own[0])] };

    /// <summary>The slots of padding after the row's tokens.</summary>
    public RowSlots After => this with { Own = [.. Range(Own[^1] + 1, Slots)] };

    /// <summary>The same, where the cache keeps tokens of the run before.</summary>
    /// <param name="kept">Their slots on the axis of keys.</param>
    /// <param name="slots">How many slots they take.</param>
    public RowSlots Behind(IReadOnlyList<long> kept, long slots) => this with { Keys = [.. kept, .. Keys.Select(slot => slots + slot)], KeySlots = slots + KeySlots };

    /// <summary>The row's slots in the pass that follows, of which only the tokens are known.</summary>
    /// <param name="own">The slots of its tokens in that pass.</param>
    /// <param name="slots">How long the axis of tokens is there.</param>
    public RowSlots Next(long[] own, long slots) => this with
    {
        Own = own,
        Slots = slots,
        Keys = [.. Keys, .. own.Select(slot => KeySlots + slot)],
        KeySlots = KeySlots + slots,
    };

    /// <summary>The slots from one up to another, which is not among them.</summary>
    public static IEnumerable<long> Range(long first, long end) => Enumerable.Range((int)first, (int)(end - first)).Select(slot => (long)slot);
}
