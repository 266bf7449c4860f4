using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Parts;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>Whether a dump is of the runs that a <see cref="State"/> names.</summary>
internal static class DumpedState
{
    /// <summary>Checks that the dump holds what the state feeds.</summary>
    /// <exception cref="BadInputException">Something is missing, or other numbers were fed.</exception>
    public static void Require(Dump dump, State state)
    {
        foreach (var input in state.Inputs.Keys)
        {
            var entry = dump.Entries.FirstOrDefault(entry => entry.Name == input) ?? throw new BadInputException(
                $"{dump.Path} holds no {input}, expected it in a dump of {state.Name}: prompt.json says what to feed");
            var (found, expected) = (WholeNumbers.Of(dump, entry), state.Numbers(input));
            var at = found.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            if (at == found.Length && at == expected.Count) { continue; }
            throw new BadInputException($"{dump.Path}: {input} {Difference(found, expected, at)}, as {state.Name} of prompt.json says");
        }
    }

    private static string Difference(long[] found, IReadOnlyList<long> expected, int at) => found.Length != expected.Count
        ? $"holds {found.Length} numbers, expected {expected.Count}"
        : $"holds {found[at]} as number {at}, expected {expected[at]}";
}
