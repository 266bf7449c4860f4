using System.Text.RegularExpressions;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading.Engines;

/// <summary>
/// A dump under the names and in the shapes of an engine, as the contract has it: with ids of steps for names, one result in each tensor, and the heads
/// on one axis. The names alone tell which engine it is, and what each tensor holds; the numbers have no say in it.
/// </summary>
internal sealed partial class EngineDump
{
    private readonly Dump _dump;
    private readonly ModelParams _model;
    private readonly NameReader _reader;
    private readonly HashSet<string> _miscounted;

    private EngineDump(Dump dump, ModelParams model, NameReader reader)
    {
        (_dump, _model, _reader) = (dump, model, reader);
        _miscounted = Miscounted();
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
    public static (string Prefix, string Name) Split(string name) => Prefixes().Match(name) is { Length: var length } ? (name[..length], name[length..]) : ("", name);

    private Dump Translated() => _dump.Part(null, [.. _dump.Entries.GroupBy(entry => Split(entry.Name).Prefix)
        .SelectMany(part => Part(part.Key, [.. part.Select(entry => entry.Renamed(Split(entry.Name).Name))]))]);

    /// <summary>The entries of a run or a pass.</summary>
    private IEnumerable<DumpEntry> Part(string prefix, IReadOnlyList<DumpEntry> entries)
    {
        var part = new EnginePart(_model, _reader, entries, _miscounted);
        return entries.Select(part.Read).Select(read => read.Renamed(prefix + read.Name));
    }

    /// <summary>
    /// The kinds of nodes that are counted otherwise than in the table: one of them has a shape that it cannot have. Nothing is read of them.
    /// </summary>
    private HashSet<string> Miscounted() =>
    [
        .. from entry in _dump.Entries
           let found = _reader.Find(Split(entry.Name).Name)
           where found is { Tensor: { Name.IsCounted: true, Axes.Count: > 0 } } && !found.Tensor.Fits(entry.Shape, _model) && found.Layer < _model.n_layers
           select found.Tensor.Name.Key,
    ];

    [GeneratedRegex(@"^(run\.\d+\.)?(decode\.\d+\.)?", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixes();
}
