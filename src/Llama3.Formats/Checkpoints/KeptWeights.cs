namespace Llama3.Formats.Checkpoints;

/// <summary>Weights that have been read: those of a small model stay, those of a large one as long as they are in use.</summary>
internal sealed class KeptWeights : IDisposable
{
    private const long MostBytes = 256 << 20;
    private const long ElementBytes = 4;

    private readonly Dictionary<string, Tensor> _kept = [];
    private readonly Dictionary<string, WeakReference<Tensor>> _inUse = [];
    private long _bytes;

    /// <summary>The tensor of that name, if it is still there.</summary>
    public Tensor? Get(string name) =>
        _kept.TryGetValue(name, out var kept) || (_inUse.TryGetValue(name, out var weak) && weak.TryGetTarget(out kept)) ? kept : null;

    /// <summary>Remembers a tensor.</summary>
    /// <returns>The tensor.</returns>
    public Tensor Keep(string name, Tensor tensor)
    {
        var bytes = tensor.numel() * ElementBytes;
        if (_bytes + bytes <= MostBytes)
        {
            _bytes += bytes;
            _kept[name] = tensor;
        }
        else
        {
            _inUse[name] = new(tensor);
        }
        return tensor;
    }

    /// <summary>Frees the weights that stay.</summary>
    public void Dispose()
    {
        foreach (var tensor in _kept.Values) { tensor.Dispose(); }
        _kept.Clear();
        _inUse.Clear();
    }
}
