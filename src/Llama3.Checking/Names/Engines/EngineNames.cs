namespace Llama3.Checking.Names.Engines;

/// <summary>An engine, and what it calls what it computes.</summary>
internal sealed class EngineNames
{
    /// <summary>What hooks put after the name of a module.</summary>
    private static readonly string[] Endings = [".output", ".out", "/output", ":0"];

    private readonly Dictionary<string, EngineTensor> _named;
    private readonly ILookup<string, EngineTensor> _counted;

    /// <summary>Makes the index of its names.</summary>
    /// <param name="name">What the engine is called.</param>
    /// <param name="tensors">Its tensors.</param>
    public EngineNames(string name, IReadOnlyList<EngineTensor> tensors)
    {
        (Name, Tensors) = (name, tensors);
        _named = tensors.Where(tensor => !tensor.Name.IsCounted).ToDictionary(tensor => tensor.Name.Text);
        _counted = tensors.Where(tensor => tensor.Name.IsCounted).ToLookup(tensor => tensor.Name.Key);
    }

    /// <summary>What the engine is called.</summary>
    public string Name { get; }

    /// <summary>Its tensors.</summary>
    public IReadOnlyList<EngineTensor> Tensors { get; }

    /// <summary>What the names of its tensors have in common with those in a dump.</summary>
    public IEnumerable<string> Keys => Tensors.Select(tensor => tensor.Name.Key).Distinct();

    /// <summary>The keys that a name in a dump may have.</summary>
    public static IEnumerable<string> KeysOf(string name) =>
        Forms(name).SelectMany(form => NodeName.Of(form).Select(found => found.Text).Append(NodeName.Node(form).Key));

    /// <summary>The tensor with a name; null if the engine has none of it.</summary>
    public FoundName? Find(string name) => Forms(name).Select(Exactly).FirstOrDefault(found => found is not null);

    private static IEnumerable<string> Forms(string name) =>
        Array.Find(Endings, ending => name.EndsWith(ending, StringComparison.Ordinal)) is { } ending ? [name, name[..^ending.Length]] : [name];

    private FoundName? Exactly(string name)
    {
        foreach (var (text, layer) in NodeName.Of(name))
        {
            if (_named.TryGetValue(text, out var tensor)) { return new(tensor, layer); }
        }
        var (key, count) = NodeName.Node(name);
        return _counted[key].Select(tensor => (tensor, Layer: tensor.Name.LayerOf(count))).Where(found => found.Layer is not null)
            .Select(found => new FoundName(found.tensor, found.Layer)).FirstOrDefault();
    }
}
