using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>The parts of a dump that have a number in front of their names: <c>run.{r}.…</c>, and in each of them <c>decode.{i}.…</c>.</summary>
internal sealed class NumberedParts
{
    private readonly string _name;
    private readonly Regex _prefix;
    private readonly int? _unnumbered;

    private NumberedParts(string name, int? unnumbered) => (_name, _prefix, _unnumbered) =
        (name, new Regex($@"^{name}\.(?<number>0|[1-9][0-9]{{0,6}})\.", RegexOptions.CultureInvariant), unnumbered);

    /// <summary>One conversation after another; what has no number is of the first.</summary>
    public static NumberedParts Runs { get; } = new("run", unnumbered: 0);

    /// <summary>The passes over new tokens after a prompt; what has no number is of the prompt.</summary>
    public static NumberedParts Passes { get; } = new("decode", unnumbered: null);

    /// <summary>Whether there are any.</summary>
    public bool AreIn(Dump dump) => dump.Entries.Any(entry => _prefix.IsMatch(entry.Name));

    /// <summary>How many there are.</summary>
    public int CountIn(Dump dump) => dump.Entries.Select(Number).OfType<int>().Distinct().Count();

    /// <summary>What belongs to none of them.</summary>
    public Dump Rest(Dump dump) => AreIn(dump) ? dump.Part(null, dump.Entries.Where(entry => Number(entry) is null)) : dump;

    /// <summary>Each of them, by their names without the number.</summary>
    /// <exception cref="BadInputException">One is missing before another.</exception>
    public IReadOnlyList<Dump> Of(Dump dump)
    {
        var groups = dump.Entries.Where(entry => Number(entry) is not null).GroupBy(entry => Number(entry)!.Value).OrderBy(group => group.Key).ToList();
        var gap = groups.Index().FirstOrDefault(group => group.Item.Key != group.Index);
        return gap.Item is null
            ? [.. groups.Select(group => dump.Part($"{_name}.{group.Key}", group.Select(Stripped)))]
            : throw Refusal.Of(dump, gap.Item.First().Name, $"is dumped without {_name}.{gap.Index}, expected every one from {_name}.0 on");
    }

    private int? Number(DumpEntry entry) =>
        _prefix.Match(entry.Name) is { Success: true } match ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : _unnumbered;

    private DumpEntry Stripped(DumpEntry entry) => entry.Renamed(entry.Name[_prefix.Match(entry.Name).Length..]);
}
