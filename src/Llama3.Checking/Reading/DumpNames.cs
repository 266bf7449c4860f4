using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading;

/// <summary>What the names in a dump stand for. A few depend on the other names, or on the numbers.</summary>
internal sealed class DumpNames
{
    private readonly bool _kqvOutIsInput;

    /// <summary>Reads the names.</summary>
    /// <param name="dump">What was dumped of the prompt, or of one pass.</param>
    /// <param name="golden">The prompt, or the pass.</param>
    /// <param name="before">The names of the pass before; null for the prompt.</param>
    public DumpNames(Dump dump, GoldenCase golden, DumpNames? before)
    {
        var judged = dump.Entries.Where(entry => !entry.IsIgnored).ToList();
        var named = (from entry in judged let name = TensorName.Parse(entry.Name) where name is not null select new NamedEntry(name, entry)).ToList();
        var names = named.ConvertAll(entry => entry.Name);
        _kqvOutIsInput = Homonyms.KqvOutIsInput(names) ?? before?._kqvOutIsInput ?? new KqvOut(dump, golden, named).IsInput;
        Known = [.. named.Select(entry => entry with { Name = Homonyms.In(entry.Name, names, _kqvOutIsInput) })];
        Fused = [.. judged.Where(entry => TensorName.ParseFused(entry.Name) is not null)];
        (All, Ignored) = (dump.Entries.Count, dump.Entries.Count - judged.Count);
        var others = judged.Select(entry => entry.Name).Where(name => TensorName.Parse(name) is null && TensorName.ParseFused(name) is null).ToList();
        MadeUp = Homonyms.IsOfLlamaCpp(names) ? others.FindAll(LlamaCppNames.IsMadeUp) : [];
        Unknown = [.. others.Except(MadeUp)];
    }

    /// <summary>How many names there are.</summary>
    public int All { get; }

    /// <summary>How many of them are known, and not judged.</summary>
    public int Ignored { get; }

    /// <summary>The tensors whose names are those of one step.</summary>
    public IReadOnlyList<NamedEntry> Known { get; }

    /// <summary>The tensors that hold several results side by side.</summary>
    public IReadOnlyList<DumpEntry> Fused { get; }

    /// <summary>Names that llama.cpp has made up, of views and of nodes without a name: they stand for no step.</summary>
    public IReadOnlyList<string> MadeUp { get; }

    /// <summary>Other names that are not known.</summary>
    public IReadOnlyList<string> Unknown { get; }
}
