using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>Which slots of a batch hold tokens, by <c>attention_mask</c> or <c>lengths</c>; all of them, if neither was dumped.</summary>
/// <param name="pass">What was dumped of the prompt, or of a pass after it.</param>
/// <param name="rows">B.</param>
/// <param name="slots">T, or M of a pass.</param>
/// <param name="before">The slots of the pass before, of each row; null for a prompt.</param>
/// <param name="isOfLaterRun">Whether another run came before: then a mask may begin with what is kept of it.</param>
internal sealed class Padding(Dump pass, int rows, long slots, IReadOnlyList<RowSlots>? before, bool isOfLaterRun)
{
    /// <summary>[B, T], or [B, N+M] in a pass: 1 for a token, 0 for padding.</summary>
    private const string Mask = "attention_mask";

    /// <summary>[B]: how many tokens each row has; padding comes after them.</summary>
    private const string Lengths = "lengths";

    /// <summary>Whether a tensor describes padding, and is no result.</summary>
    public static bool IsAbout(string name) => name is Mask or Lengths;

    /// <summary>The slots of each row's tokens.</summary>
    /// <exception cref="BadInputException">What was dumped contradicts itself.</exception>
    public IReadOnlyList<long[]> Tokens
    {
        get
        {
            var (masked, counted) = (Masked(), Counted());
            if (masked is null || counted is null) { return masked ?? counted ?? [.. Enumerable.Repeat(First(slots), rows)]; }
            var other = masked.Zip(counted, (own, count) => own.Length == count.Length).ToList().IndexOf(false);
            return other < 0 ? masked
                : throw Refusal.Of(pass, Lengths, $"says {counted[other].Length} tokens in row {other}, but {Mask} says {masked[other].Length}");
        }
    }

    private List<long[]>? Masked()
    {
        if (Find(Mask) is not { } mask) { return null; }
        var (kept, columns) = (before?[0].KeySlots ?? 0, mask.Shape.Count == 0 ? 1 : mask.Shape[^1]);
        RequireShape(mask, columns, kept);
        var numbers = WholeNumbers.Of(pass, mask);
        if (Array.Exists(numbers, number => number is not (0 or 1))) { throw Refusal.Of(pass, Mask, "holds other numbers than 1 for a token and 0 for padding"); }
        var all = numbers.Chunk((int)columns).Select(SlotsOfTokens).ToList();
        if (columns > slots && !isOfLaterRun) { RequireSameBefore(all, kept); }
        var own = all.ConvertAll(row => row.Where(slot => slot >= columns - slots).Select(slot => slot - (columns - slots)).ToArray());
        var torn = own.FindIndex(row => row.Length > 0 && row[^1] - row[0] != row.Length - 1);
        return torn < 0 ? own : throw Refusal.Of(pass, Mask, $"has padding between the tokens of row {torn}, expected it before them or after them");
    }

    /// <summary>The slots of the pass alone, or with all those before.</summary>
    private void RequireShape(DumpEntry mask, long columns, long kept)
    {
        if ((columns == slots || columns == kept + slots || (isOfLaterRun && columns > slots)) && mask.Shape.Aggregate(1L, (product, size) => product * size) == rows * columns) { return; }
        var withAll = kept == 0 ? "" : $", or [{rows}, {kept + slots}] with the slots before";
        throw Refusal.Of(pass, Mask, $"has the shape {Printable.Shape(mask.Shape)}, expected [{rows}, {slots}]{withAll}");
    }

    private void RequireSameBefore(List<long[]> mask, long kept)
    {
        var changed = before!.FirstOrDefault(row => !mask[row.Row].Where(slot => slot < kept).SequenceEqual(row.Keys));
        if (changed is not null) { throw Refusal.Of(pass, Mask, $"has other padding in row {changed.Row} than the passes before"); }
    }

    private List<long[]>? Counted()
    {
        if (Find(Lengths) is not { } lengths) { return null; }
        var counts = WholeNumbers.Of(pass, lengths);
        if (counts.Length != rows) { throw Refusal.Of(pass, Lengths, $"has the shape {Printable.Shape(lengths.Shape)}, expected [{rows}], a number for each row"); }
        var bad = Array.FindIndex(counts, count => count < 0 || count > slots);
        return bad < 0 ? [.. counts.Select(First)] : throw Refusal.Of(pass, Lengths, $"says {counts[bad]} tokens in row {bad}, which has {slots} slots");
    }

    private DumpEntry? Find(string name) => pass.Entries.FirstOrDefault(entry => entry.Name == name);

    private static long[] SlotsOfTokens(long[] mask) => [.. mask.Index().Where(slot => slot.Item == 1).Select(slot => (long)slot.Index)];

    private static long[] First(long count) => [.. RowSlots.Range(0, count)];
}
