namespace Llama3.Formats.Checkpoints;

/// <summary>Weights that have been read: those of a small model stay, those of a large one as long as they are in use.</summary>
internal sealed class KeptWeights : IDisposable
{
    private const long MostBytes = 256 << 20;
    private const long ElementBytes = 4;

    private readonly Dictionary<string, Tensor> _kept = [];
    private readonly Dictionary<(string, ScalarType), Tensor> _converted = [];
    private readonly Dictionary<string, WeakReference<Tensor>> _inUse = [];
    private long _bytes;

    /// <summary>The tensor of that name, if it is still there.</summary>
    public Tensor? Get(string name) =>
        _kept.TryGetValue(name, out var kept) || (_inUse.TryGetValue(name, out var weak) && weak.TryGetTarget(out kept)) ? kept : null;

    /// <summary>Remembers a tensor.</summary>
    /// <returns>The tensor.</returns>
    public Tensor Keep(string name, Tensor tensor)
    {
        if (HasRoomFor(tensor)) { _kept[name] = tensor; }
        else { _inUse[name] = new(tensor); }
        return tensor;
    }

    /// <summary>A weight in another dtype. libtorch converts all of its numbers: those of a small model only once.</summary>
    public Tensor Converted(string name, Tensor stored, ScalarType dtype)
    {
        if (_converted.TryGetValue((name, dtype), out var known)) { return known; }
        var converted = stored.to_type(dtype);
        return _kept.ContainsKey(name) && HasRoomFor(converted) ? _converted[(name, dtype)] = converted.DetachFromDisposeScope() : converted;
    }

    /// <summary>Frees the weights that stay.</summary>
    public void Dispose()
    {
        foreach (var tensor in _kept.Values.Concat(_converted.Values)) { tensor.Dispose(); }
        _kept.Clear();
        _converted.Clear();
        _inUse.Clear();
    }

    private bool HasRoomFor(Tensor tensor)
    {
        var bytes = tensor.numel() * ElementBytes;
        if (_bytes + bytes > MostBytes) { return false; }
        _bytes += bytes;
        return true;
    }
}
