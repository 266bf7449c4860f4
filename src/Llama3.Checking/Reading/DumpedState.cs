using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Parts;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>Whether a dump is of the runs that a <see cref="State"/> names.</summary>
internal static class DumpedState
{
    /// <summary>Checks that the dump holds what the state feeds. What is in padding is the port's own.</summary>
    /// <exception cref="BadInputException">Something is missing, or other numbers were fed.</exception>
    public static void Require(Dump dump, State state)
    {
        foreach (var input in state.Inputs.Keys)
        {
            var entry = dump.Entries.FirstOrDefault(entry => entry.Name == input) ?? throw new BadInputException(
                $"{dump.Path} holds no {input}, expected it in a dump of {state.Name}: prompt.json says what to feed");
            var (found, expected) = (WholeNumbers.Of(dump, entry), state.Numbers(input));
            var padding = Padding(state, input);
            var at = found.Zip(expected).Index().TakeWhile(pair => pair.Item.First == pair.Item.Second || padding.Contains(pair.Index)).Count();
            if (at == found.Length && at == expected.Count) { continue; }
            throw new BadInputException($"{dump.Path}: {input} {Difference(found, expected, at)}, as {state.Name} of prompt.json says");
        }
    }

    /// <summary>Which of the numbers are ids of padding.</summary>
    private static HashSet<int> Padding(State state, string input)
    {
        const string Tokens = "tokens", Mask = "attention_mask";
        return input.EndsWith(Tokens, StringComparison.Ordinal) && state.Inputs.ContainsKey(input[..^Tokens.Length] + Mask)
            ? [.. state.Numbers(input[..^Tokens.Length] + Mask).Index().Where(slot => slot.Item == 0).Select(slot => slot.Index)]
            : [];
    }

    private static string Difference(long[] found, IReadOnlyList<long> expected, int at) => found.Length != expected.Count
        ? $"holds {found.Length} numbers, expected {expected.Count}"
        : $"holds {found[at]} as number {at}, expected {expected[at]}";
}
