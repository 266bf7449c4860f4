namespace Llama3.Formats.Checkpoints;

/// <summary>What files other than Meta's call Meta's tensors.</summary>
internal sealed class StoredNames
{
    private static readonly string[] Parts = ["weight", "bias"];

    private readonly string _layers;
    private readonly Dictionary<string, string> _outside, _inside, _metaOutside, _metaInside;

    /// <param name="layers">What stands before the number of a layer: "blk.".</param>
    /// <param name="outside">The tensors outside the layers: Meta's names and the file's.</param>
    /// <param name="matrices">The matrices of a layer, which may have biases, without ".weight".</param>
    /// <param name="norms">The norms of a layer, without ".weight".</param>
    public StoredNames(
        string layers,
        IReadOnlyDictionary<string, string> outside,
        IReadOnlyDictionary<string, string> matrices,
        IReadOnlyDictionary<string, string> norms)
    {
        (_layers, _outside) = (layers, outside.ToDictionary());
        _inside = new(
        [
            .. matrices.SelectMany(_ => Parts, (name, part) => KeyValuePair.Create($"{name.Key}.{part}", $"{name.Value}.{part}")),
            .. norms.Select(name => KeyValuePair.Create($"{name.Key}.weight", $"{name.Value}.weight")),
        ]);
        (_metaOutside, _metaInside) = (Reversed(_outside), Reversed(_inside));
    }

    /// <summary>The file's name of one of Meta's tensors.</summary>
    public string Of(string meta) => meta.Split('.', 3) is ["layers", var layer, var rest] ? $"{_layers}{layer}.{_inside[rest]}" : _outside[meta];

    /// <summary>Meta's name for a tensor of a file, or null if Llama 3 has no such tensor.</summary>
    public string? Meta(string name) =>
        name.StartsWith(_layers, StringComparison.Ordinal) && name[_layers.Length..].Split('.', 2) is [var layer, var rest] && _metaInside.TryGetValue(rest, out var inside)
            ? $"layers.{layer}.{inside}"
            : _metaOutside.GetValueOrDefault(name);

    private static Dictionary<string, string> Reversed(Dictionary<string, string> names) => names.ToDictionary(name => name.Value, name => name.Key);
}
