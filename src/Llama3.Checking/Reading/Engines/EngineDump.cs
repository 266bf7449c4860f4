using System.Text.RegularExpressions;
using Llama3.Checking.Names;
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
    private readonly EngineNames _engine;
    private readonly HashSet<string> _miscounted;

    private EngineDump(Dump dump, ModelParams model, EngineNames engine)
    {
        (_dump, _model, _engine) = (dump, model, engine);
        _miscounted = Miscounted();
    }

    /// <summary>A dump as it is to be read: the same, if no engine of the table has more names in it than the conventions that need no translation.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="model">The model that the engine ran.</param>
    public static Dump Of(Dump dump, ModelParams model)
    {
        var names = dump.Entries.Select(entry => Split(entry.Name).Name).ToList();
        var known = names.Count(name => IsKnown(name));
        var (engine, count) = EngineTable.All.Select(engine => (engine, Count: names.Count(name => engine.Find(name) is not null)))
            .MaxBy(found => found.Count);
        return count <= known ? dump : new EngineDump(dump, model, engine).Translated();
    }

    private static bool IsKnown(string name) => TensorName.Parse(name) is not null || TensorName.ParseFused(name) is not null;

    private Dump Translated()
    {
        var entries = _dump.Entries.GroupBy(entry => Split(entry.Name).Prefix)
            .SelectMany(part => Part(part.Key, [.. part.Select(entry => entry.Renamed(Split(entry.Name).Name))])).ToList();
        return _dump.Part(null, entries);
    }

    /// <summary>The entries of a run or a pass.</summary>
    private IEnumerable<DumpEntry> Part(string prefix, IReadOnlyList<DumpEntry> entries)
    {
        var part = new EnginePart(_model, _engine, entries, _miscounted);
        return entries.Select(part.Read).OfType<DumpEntry>().Select(read => read.Renamed(prefix + read.Name));
    }

    /// <summary>
    /// The kinds of nodes that are counted otherwise than in the table: one of them has a shape that it cannot have. Nothing is read of them.
    /// </summary>
    private HashSet<string> Miscounted() =>
    [
        .. from entry in _dump.Entries
           let found = _engine.Find(Split(entry.Name).Name)
           where found is { Tensor.Name.IsCounted: true } && !found.Value.Tensor.Fits(entry.Shape, _model) && found.Value.Layer < _model.n_layers
           select found.Value.Tensor.Name.Key,
    ];

    /// <summary>"decode.0." and the rest of a name.</summary>
    private static (string Prefix, string Name) Split(string name) => Prefixes().Match(name) is { Length: var length } ? (name[..length], name[length..]) : ("", name);

    [GeneratedRegex(@"^(run\.\d+\.)?(decode\.\d+\.)?", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixes();
}
