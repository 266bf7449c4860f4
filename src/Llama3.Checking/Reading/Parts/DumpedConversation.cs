using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>One of the conversations in a dump: a prompt, or a batch of prompts, and the passes after it. Several are called <c>run.{r}.…</c>.</summary>
/// <param name="Name">Such as <c>run.1</c>; empty if the dump holds one conversation.</param>
/// <param name="Prompt">What was dumped of the prompt.</param>
/// <param name="Passes">What was dumped of each pass after it.</param>
internal sealed record DumpedConversation(string Name, Dump Prompt, IReadOnlyList<Dump> Passes)
{
    /// <summary>How many prompts are judged in one dump: rows of all runs. Each is run by the reference.</summary>
    public const int MostPrompts = 256;

    /// <summary>The conversations in a dump, in their order.</summary>
    /// <exception cref="BadInputException">One is missing before another, or there are too many.</exception>
    public static IReadOnlyList<DumpedConversation> In(Dump dump)
    {
        if (!NumberedParts.Runs.AreIn(dump)) { return [Of("", dump)]; }
        if (NumberedParts.Runs.CountIn(dump) is > MostPrompts and var count) { throw TooMany(dump, count); }
        return [.. NumberedParts.Runs.Of(dump).Index().Select(run => Of($"run.{run.Index}", run.Item))];
    }

    /// <summary>More prompts than are judged.</summary>
    public static BadInputException TooMany(Dump dump, int count) =>
        new($"{dump.Path} holds {count} prompts, expected {MostPrompts} at most: dump fewer runs, or fewer rows of the batch");

    /// <summary>The name of a pass after the prompt: <c>run.1.decode.0</c>.</summary>
    public string PassNamed(int number) => Name.Length == 0 ? $"decode.{number}" : $"{Name}.decode.{number}";

    private static DumpedConversation Of(string name, Dump dump) => new(name, NumberedParts.Passes.Rest(dump), NumberedParts.Passes.Of(dump));
}
