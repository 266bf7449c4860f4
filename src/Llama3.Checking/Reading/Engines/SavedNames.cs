using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Engines;

/// <summary>What the names of a dump are read as, as a file of names has it (<see cref="NamesFile"/>): to be corrected, and used again.</summary>
internal static class SavedNames
{
    /// <summary>The lines of the file: one for each kind of name; those that are not known are remarks.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="given">What the user says of the names; null for nothing.</param>
    public static IEnumerable<string> Lines(Dump dump, EngineNames? given)
    {
        var entries = dump.Entries.Select(entry => entry.Renamed(EngineDump.Split(entry.Name).Name)).DistinctBy(entry => entry.Name).ToList();
        var reader = NameReader.For([.. entries.Select(entry => entry.Name)], given);
        var unknown = entries.Where(entry => reader.Find(entry.Name) is null && !NameReader.IsKnown(reader.Plain(entry.Name))).ToList();
        var counts = unknown.SelectMany(entry => NodeName.Of(entry.Name)).CountBy(pattern => pattern.Text).ToDictionary();
        return [
            "# What llama3verify check reads each name as: the name, the step, and the axes where they are known. {n} is the number of the layer.",
            "# Correct it, and give it to check --names.",
            .. entries.Except(unknown).Select(entry => Known(entry, reader)).OfType<string>().Distinct(),
            .. unknown.Count == 0 ? [] : new[] { "# Not known: the id of a step is to be put for the question mark, or - where nothing is to be judged." },
            .. unknown.GroupBy(entry => Kind(entry.Name, counts)).SelectMany(Unknown),
        ];
    }

    private static string? Known(DumpEntry entry, NameReader reader)
    {
        if (reader.Find(entry.Name) is var (tensor, layer))
        {
            return Row(tensor.Name.IsCounted ? tensor.Name.Text : Pattern(entry.Name, layer), tensor.Holds, tensor.Axes);
        }
        var plain = reader.Plain(entry.Name);
        if (TensorName.ParseFused(plain) is var (fused, of))
        {
            return Row(Pattern(entry.Name, of), string.Join('|', fused.Steps.Select(step => step.id)), []);
        }
        return TensorName.Parse(plain) switch
        {
            { Head: null, Position: null, Alias: var alias } name => Row(Pattern(entry.Name, name.Layer), alias.Part switch
            {
                AliasPart.Cosines => "freqs_cos",
                AliasPart.Sines => "freqs_sin",
                _ => alias.Step.id,
            }, []),
            _ => null, // a part of a result has no line of its own
        };
    }

    /// <summary>Names that differ in a number alone are one kind, if their tensors have one shape.</summary>
    private static IEnumerable<string> Unknown(IGrouping<string, DumpEntry> alike) => alike.All(entry => entry.Shape.SequenceEqual(alike.First().Shape))
        ? [Unknown(alike.Skip(1).Any() ? alike.Key : alike.First().Name, alike.First())]
        : alike.Select(entry => Unknown(entry.Name, entry));

    private static string Unknown(string name, DumpEntry entry) =>
        $"# {Printable.Text(name)}\t?\t# {entry.Dtype} {Printable.Shape(entry.Shape)}{(Misspelling.Of(entry.Name) is { } near ? $"; like {near}" : "")}";

    private static string Row(string name, string holds, IReadOnlyList<string> axes) =>
        string.Join('\t', axes.Count == 0 ? [name, holds] : new[] { name, holds, string.Join(' ', axes) });

    private static string Pattern(string name, int? layer) => NodeName.Of(name).FirstOrDefault(found => found.Layer == layer).Text ?? name;

    /// <summary>With "{n}" for that number which differs most among the names.</summary>
    private static string Kind(string name, Dictionary<string, int> counts) => NodeName.Of(name).MaxBy(pattern => counts[pattern.Text]).Text;
}
