using System.Text.RegularExpressions;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading.Engines;

/// <summary>
/// A dump under the names and in the shapes of an engine, as the contract has it: with ids of steps for names, one result in each tensor, and the heads
/// on one axis. The names alone tell which engine it is, and what each tensor holds.
/// </summary>
internal sealed partial class EngineDump
{
    private readonly Dump _dump;
    private readonly ModelParams _model;
    private readonly NameReader _reader;
    private readonly IReadOnlyList<(string Prefix, IReadOnlyList<DumpEntry> Entries)> _parts;
    private readonly bool _countsAsTable;

    private EngineDump(Dump dump, ModelParams model, NameReader reader)
    {
        (_dump, _model, _reader) = (dump, model, reader);
        _parts = [.. dump.Entries.GroupBy(entry => Split(entry.Name).Prefix)
            .Select(part => (part.Key, (IReadOnlyList<DumpEntry>)[.. part.Select(entry => entry.Renamed(Split(entry.Name).Name))]))];
        _countsAsTable = CountsAsTable();
    }

    /// <summary>A dump as it is to be read: the same, if its names need no table.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="model">The model that the engine ran.</param>
    /// <param name="given">What the user says of the names; null for nothing.</param>
    public static Dump Of(Dump dump, ModelParams model, EngineNames? given = null)
    {
        var reader = NameReader.For([.. dump.Entries.Select(entry => Split(entry.Name).Name)], given);
        return reader.ChangesNothing ? dump : new EngineDump(dump, model, reader).Translated();
    }

    /// <summary>"decode.0." and the rest of a name.</summary>
    public static (string Prefix, string Name) Split(string name)
    {
        var length = Prefixes().Match(name).Length;
        return (name[..length], name[length..]);
    }

    private Dump Translated() => _dump.Part(null, _parts.SelectMany(part => part.Entries
        .Select(new EnginePart(_model, _reader, part.Entries, _countsAsTable).Read).Select(read => read.Renamed(part.Prefix + read.Name))));

    /// <summary>
    /// Whether the nodes are counted as in the table: none of them has a shape that it cannot have there. Otherwise nothing is read of any, as another
    /// version may count all of them otherwise.
    /// </summary>
    private bool CountsAsTable() => _parts.All(part =>
    {
        var tokens = EnginePart.TokensIn(part.Entries, _reader);
        return part.Entries.All(entry => _reader.Find(entry.Name) is not { Tensor: { Name.IsCounted: true, Axes.Count: > 0, Steps.Count: > 0 } tensor }
            || tensor.Fits(entry.Shape, _model, tokens, isPass: part.Prefix.Contains("decode", StringComparison.Ordinal)));
    });

    [GeneratedRegex(@"^(run\.[0-9]+\.)?(decode\.[0-9]+\.)?", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixes();
}
