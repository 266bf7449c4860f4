using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Batches;

/// <summary>One of the conversations in a dump: a prompt, or a batch of prompts, and the passes after it. Several are called <c>run.{r}.…</c>.</summary>
/// <param name="Name">Such as <c>run.1</c>; empty if the dump holds one conversation.</param>
/// <param name="Prompt">What was dumped of the prompt.</param>
/// <param name="Passes">What was dumped of each pass after it.</param>
internal sealed partial record DumpedConversation(string Name, Dump Prompt, IReadOnlyList<Dump> Passes)
{
    /// <summary>How many prompts are judged in one dump: rows of all runs. Each is run by the reference.</summary>
    public const int MostPrompts = 256;

    /// <summary>The conversations in a dump, in their order. What has no number belongs to the first.</summary>
    /// <exception cref="BadInputException">One is missing before another, or there are too many.</exception>
    public static IReadOnlyList<DumpedConversation> In(Dump dump)
    {
        if (!HasSeveral(dump)) { return [Of("", dump)]; }
        var runs = dump.Entries.GroupBy(entry => Number(entry) ?? 0).OrderBy(run => run.Key).ToList();
        if (runs.Count > MostPrompts) { throw TooMany(dump, runs.Count); }
        var gap = runs.Index().FirstOrDefault(run => run.Item.Key != run.Index);
        return gap.Item is null
            ? [.. runs.Select(run => Of($"run.{run.Key}", dump.Part($"run.{run.Key}", run.Select(Stripped))))]
            : throw Refusal.Of(dump, gap.Item.First().Name, $"is dumped without run.{gap.Index}, expected every run from run.0 on");
    }

    /// <summary>Whether a dump names its conversations.</summary>
    public static bool HasSeveral(Dump dump) => dump.Entries.Any(entry => Number(entry) is not null);

    /// <summary>More prompts than are judged.</summary>
    public static BadInputException TooMany(Dump dump, int count) =>
        new($"{dump.Path} holds {count} prompts, expected {MostPrompts} at most: dump fewer runs, or fewer rows of the batch");

    /// <summary>The name of a pass after the prompt: <c>run.1.decode.0</c>.</summary>
    public string PassNamed(int number) => Name.Length == 0 ? $"decode.{number}" : $"{Name}.decode.{number}";

    private static DumpedConversation Of(string name, Dump dump) => new(name, DumpedPasses.Prefill(dump), DumpedPasses.Parts(dump));

    private static int? Number(DumpEntry entry) =>
        Prefix().Match(entry.Name) is { Success: true } match ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : null;

    private static DumpEntry Stripped(DumpEntry entry) => entry.Renamed(entry.Name[Prefix().Match(entry.Name).Length..]);

    [GeneratedRegex(@"^run\.(?<number>\d{1,7})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
