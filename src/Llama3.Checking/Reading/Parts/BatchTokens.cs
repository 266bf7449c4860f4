using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>
/// Finds the rows of a batch, and the slots of each, from what a pass says of itself: its <c>tokens</c>, and <c>attention_mask</c> or
/// <c>lengths</c> where rows are padded.
/// </summary>
internal static class BatchTokens
{
    /// <summary>[B, T], or [B, N+M] in a pass: 1 for a token, 0 for padding.</summary>
    public const string Mask = "attention_mask";

    /// <summary>[B]: how many tokens each row has; padding comes after them.</summary>
    public const string Lengths = "lengths";

    /// <summary>Tensors that describe a pass, and are no results.</summary>
    public static bool IsAboutRows(string name) => name is Mask or Lengths or KeptTokens.Name;

    /// <summary>The slots of each row; none of a row that has no token in a pass after the prompt, because it has ended.</summary>
    /// <param name="pass">What was dumped of the prompt, or of a pass after it.</param>
    /// <param name="before">The slots of the pass before, of each row; null for a prompt.</param>
    /// <exception cref="BadInputException">The tokens were not dumped, or the padding contradicts itself.</exception>
    public static IReadOnlyList<RowSlots> Of(Dump pass, IReadOnlyList<RowSlots>? before)
    {
        var tokens = DumpedInputs.TokensIn(pass) is [var first, ..] ? first.Entry : throw Refusal.NoTokens(pass);
        var (rows, slots) = Sizes(pass, tokens, before?.Count);
        var own = Masked(pass, rows, slots, before) ?? Counted(pass, rows, slots) ?? [.. Enumerable.Repeat(Range(slots), rows)];
        return [.. own.Select((one, row) => before is not null ? before[row].Next(one, slots)
            : one.Length > 0 ? new RowSlots(row, rows, one, slots, one, slots)
            : throw Refusal.Of(pass, tokens.Name, $"has no token in row {row}, expected one at least: all of it is padding"))];
    }

    /// <summary>B and T.</summary>
    private static (int Rows, long Slots) Sizes(Dump pass, DumpEntry tokens, int? rowsBefore)
    {
        var shape = tokens.Shape.SkipWhile((size, axis) => size == 1 && tokens.Shape.Count - axis > 2).ToList();
        // One token for each row of a batch.
        if (rowsBefore > 1 && shape is [var size] && size == rowsBefore) { shape.Add(1); }
        var (rows, slots) = (shape.Count == 2 ? shape[0] : 1, shape.Count == 0 ? 1 : shape[^1]);
        if (shape.Count > 2 || rows == 0 || slots == 0 || (rowsBefore is { } expected && rows != expected))
        {
            var right = rowsBefore is null ? "[T], or [B, T] of a batch" : rowsBefore == 1 ? "[M]" : $"[{rowsBefore}, M], as many rows as before";
            throw Refusal.Of(pass, tokens.Name, $"has the shape {Printable.Shape(tokens.Shape)}, expected {right}");
        }
        return rows <= DumpedConversation.MostPrompts ? ((int)rows, slots) : throw DumpedConversation.TooMany(pass, (int)Math.Min(rows, int.MaxValue));
    }

    private static List<long[]>? Masked(Dump pass, int rows, long slots, IReadOnlyList<RowSlots>? before)
    {
        if (pass.Entries.FirstOrDefault(entry => entry.Name == Mask) is not { } mask) { return null; }
        var (kept, columns) = (before?[0].KeySlots ?? 0, mask.Shape.Count == 0 ? 1 : mask.Shape[^1]);
        var hasKept = kept > 0 && columns == kept + slots;
        if ((columns != slots && !hasKept) || mask.Shape.Aggregate(1L, (product, size) => product * size) != rows * columns)
        {
            var all = before is null ? "" : $", or [{rows}, {kept + slots}] with the slots before";
            throw Refusal.Of(pass, Mask, $"has the shape {Printable.Shape(mask.Shape)}, expected [{rows}, {slots}]{all}");
        }
        var numbers = Whole(pass, mask);
        if (Array.Exists(numbers, number => number is not (0 or 1))) { throw Refusal.Of(pass, Mask, "holds other numbers than 1 for a token and 0 for padding"); }
        var all_rows = numbers.Chunk((int)columns).ToList();
        if (hasKept) { RequireSame(pass, all_rows, before!); }
        var own = all_rows.ConvertAll(row => row[^(int)slots..].Index().Where(one => one.Item == 1).Select(one => (long)one.Index).ToArray());
        var torn = own.FindIndex(row => row.Length > 0 && row[^1] - row[0] != row.Length - 1);
        if (torn >= 0) { throw Refusal.Of(pass, Mask, $"has padding between the tokens of row {torn}, expected it before them or after them"); }
        return Counted(pass, rows, slots) is { } counted && counted.FindIndex(row => row.Length != own[counted.IndexOf(row)].Length) is var other and >= 0
            ? throw Refusal.Of(pass, Lengths, $"says {counted[other].Length} tokens in row {other}, but {Mask} says {own[other].Length}")
            : own;
    }

    private static void RequireSame(Dump pass, List<long[]> mask, IReadOnlyList<RowSlots> before)
    {
        foreach (var row in before)
        {
            var seen = mask[row.Row][..(int)row.KeySlots].Index().Where(one => one.Item == 1).Select(one => (long)one.Index);
            if (!seen.SequenceEqual(row.Keys)) { throw Refusal.Of(pass, Mask, $"has other padding in row {row.Row} than the passes before"); }
        }
    }

    private static List<long[]>? Counted(Dump pass, int rows, long slots)
    {
        if (pass.Entries.FirstOrDefault(entry => entry.Name == Lengths) is not { } lengths) { return null; }
        if (lengths.Shape.Aggregate(1L, (product, size) => product * size) != rows)
        {
            throw Refusal.Of(pass, Lengths, $"has the shape {Printable.Shape(lengths.Shape)}, expected [{rows}], a number for each row");
        }
        var counts = Whole(pass, lengths);
        var bad = Array.FindIndex(counts, count => count < 0 || count > slots);
        return bad < 0 ? [.. counts.Select(Range)] : throw Refusal.Of(pass, Lengths, $"says {counts[bad]} tokens in row {bad}, which has {slots} slots");
    }

    /// <summary>A few whole numbers, in whatever dtype.</summary>
    public static long[] Whole(Dump pass, DumpEntry entry)
    {
        var tensor = pass.Read(entry);
        if (tensor.dtype == ScalarType.Int64) { return tensor.ToInt64s(); }
        var numbers = tensor.dtype == float32 ? tensor.ToSingles() : [float.NaN];
        return Array.TrueForAll(numbers, number => number == MathF.Round(number) && MathF.Abs(number) < 1 << 24)
            ? [.. numbers.Select(number => (long)number)]
            : throw Refusal.Of(pass, entry.Name, "holds other numbers than whole ones");
    }

    private static long[] Range(long count) => [.. Enumerable.Range(0, (int)count).Select(slot => (long)slot)];
}
