using System.Text.RegularExpressions;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading.Engines;

/// <summary>
/// A dump under the names and in the shapes of an engine, as the contract has it: with ids of steps for names, one result in each tensor, and the heads
/// on one axis. The names alone tell which engine it is, and what each tensor holds.
/// </summary>
internal static partial class EngineDump
{
    /// <summary>A dump as it is to be read: the same, if its names need no table.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="model">The model that the engine ran.</param>
    /// <param name="given">What the user says of the names; null for nothing.</param>
    public static Dump Of(Dump dump, ModelParams model, EngineNames? given = null)
    {
        var reader = NameReader.For([.. dump.Entries.Select(entry => Split(entry.Name).Name)], given);
        if (reader.ChangesNothing) { return dump; }
        var parts = dump.Entries.GroupBy(entry => Split(entry.Name).Prefix)
            .Select(part => (Prefix: part.Key, Part: new EnginePart(model, reader, [.. part.Select(entry => entry.Renamed(Split(entry.Name).Name))]))).ToList();
        // Another version of an engine may count all of its nodes otherwise, and not only those whose shapes show it.
        var countsAsTable = parts.TrueForAll(part => part.Part.CountsAsTable(isPass: part.Prefix.Contains("decode", StringComparison.Ordinal)));
        return dump.Part(null, parts.SelectMany(part => part.Part.Read(countsAsTable).Select(read => read.Renamed(part.Prefix + read.Name))));
    }

    /// <summary>"decode.0." and the rest of a name.</summary>
    public static (string Prefix, string Name) Split(string name)
    {
        var length = Prefixes().Match(name).Length;
        return (name[..length], name[length..]);
    }

    [GeneratedRegex(@"^(run\.[0-9]+\.)?(decode\.[0-9]+\.)?", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixes();
}
