using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Parts;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>Whether a dump is of the runs that a <see cref="State"/> names.</summary>
internal static class DumpedState
{
    private const string Tokens = "tokens", Mask = "attention_mask";

    /// <summary>Checks that the dump holds what the state feeds. What is in padding is the port's own.</summary>
    /// <exception cref="BadInputException">Something is missing, or other numbers were fed.</exception>
    public static void Require(Dump dump, State state)
    {
        foreach (var input in state.Inputs.Keys.Where(input => !HasLengths(dump, input)))
        {
            var entry = dump.Entries.FirstOrDefault(entry => entry.Name == input) ?? throw new BadInputException(
                $"{dump.Path} holds no {input}, expected it in a dump of {state.Name}: prompt.json says what to feed");
            var (found, expected) = (WholeNumbers.Of(dump, entry), state.Numbers(input));
            var padding = Padding(state, input);
            var at = found.Zip(expected).Index().TakeWhile(pair => pair.Item.First == pair.Item.Second || padding.Contains(pair.Index)).Count();
            if (at == found.Length && at == expected.Count) { continue; }
            throw new BadInputException($"{dump.Path}: {input} {Difference(found, expected, at, state.Shape(input))}, as {state.Name} of prompt.json says");
        }
    }

    /// <summary>Whether the dump says by lengths what the state says by a mask.</summary>
    private static bool HasLengths(Dump dump, string input) =>
        input.EndsWith(Mask, StringComparison.Ordinal) && dump.Entries.Any(entry => entry.Name == input[..^Mask.Length] + "lengths");

    /// <summary>Which of the numbers are ids of padding.</summary>
    private static HashSet<int> Padding(State state, string input)
    {
        return input.EndsWith(Tokens, StringComparison.Ordinal) && state.Inputs.ContainsKey(input[..^Tokens.Length] + Mask)
            ? [.. state.Numbers(input[..^Tokens.Length] + Mask).Index().Where(slot => slot.Item == 0).Select(slot => slot.Index)]
            : [];
    }

    private static string Difference(long[] found, IReadOnlyList<long> expected, int at, IReadOnlyList<long> shape) =>
        found.Length != expected.Count ? $"holds {found.Length} numbers, expected {expected.Count}"
        : shape switch
        {
            [] => $"is {found[at]}, expected {expected[at]}",
            [_] => $"holds {found[at]} at {at}, expected {expected[at]}",
            [.., var slots] => $"holds {found[at]} in row {at / slots}, slot {at % slots}, expected {expected[at]}",
        };
}
