using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>Finds the rows of a batch, and the slots of each, from what a pass says of itself: its <c>tokens</c> and its <see cref="Padding"/>.</summary>
internal static class BatchTokens
{
    /// <summary>The slots of each row; none of a row that has no token in a pass after the prompt, because it has ended.</summary>
    /// <param name="pass">What was dumped of the prompt, or of a pass after it.</param>
    /// <param name="before">The slots of the pass before, of each row; null for a prompt.</param>
    /// <param name="isOfLaterRun">Whether another run came before, of which tokens may be kept.</param>
    /// <exception cref="BadInputException">The tokens were not dumped, or the padding contradicts itself.</exception>
    public static IReadOnlyList<RowSlots> Of(Dump pass, IReadOnlyList<RowSlots>? before, bool isOfLaterRun)
    {
        var tokens = DumpedInputs.TokensIn(pass) is [var first, ..] ? first.Entry : throw Refusal.NoTokens(pass);
        var (rows, slots) = Sizes(pass, tokens, before?.Count);
        return [.. new Padding(pass, rows, slots, before, isOfLaterRun).Tokens.Select((own, row) => before is not null ? before[row].Next(own, slots)
            : own.Length > 0 ? new RowSlots(row, rows, own, slots, own, slots)
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
}
