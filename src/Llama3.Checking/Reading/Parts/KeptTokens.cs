using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>How many tokens of the run before a run goes on after: a prefix that is used again, or all but those that were taken back.</summary>
internal static class KeptTokens
{
    /// <summary>A number, or [B]: how many tokens of the run before are kept in the cache. 0 if it is not dumped.</summary>
    public const string Name = "kept";

    /// <summary>N, for a row. Where it was not dumped, positions that start within the run before tell it.</summary>
    /// <param name="pass">What was dumped of the prompt, of all rows.</param>
    /// <param name="row">What was dumped of the row alone.</param>
    /// <param name="slots">Where the row is.</param>
    /// <param name="before">How many tokens the run before had, with its passes; 0 where nothing came before.</param>
    /// <exception cref="BadInputException">It is more than the run before had.</exception>
    public static long Of(Dump pass, Dump row, RowSlots slots, long before)
    {
        if (pass.Entries.FirstOrDefault(entry => entry.Name == Name) is not { } entry)
        {
            return slots.Own[0] == 0 ? FromPositions(row, before) : 0;
        }
        var numbers = WholeNumbers.Of(pass, entry);
        if (numbers.Length != 1 && numbers.Length != slots.Rows)
        {
            throw Refusal.Of(pass, Name, $"has the shape {Printable.Shape(entry.Shape)}, expected one number, or [{slots.Rows}]");
        }
        var kept = numbers.Length == 1 ? numbers[0] : numbers[slots.Row];
        return kept >= 0 && kept <= before ? kept : throw Refusal.Of(pass, Name, before == 0
            ? $"is {kept}, expected 0: no run came before"
            : $"is {kept}, expected a number from 0 to {before}, the tokens of the run before");
    }

    /// <summary>Positions that start where the run before ended are those of a cache that was not cleared: that is a fault, unless it is said to be meant.</summary>
    private static long FromPositions(Dump row, long before) =>
        DumpedInputs.PositionsIn(row) is [var first, ..] && first > 0 && first < before ? first : 0;
}
