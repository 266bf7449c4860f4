namespace Llama3.Formats.Checkpoints;

/// <summary>Weights that have been read: those of a small model stay, those of a large one as long as they are in use.</summary>
/// <param name="model">It is small if all its numbers take at most 256 MiB in float32.</param>
internal sealed class KeptWeights(ModelParams model) : IDisposable
{
    private const long MostBytes = 256 << 20;

    private readonly bool _isSmall = model.parameters * sizeof(float) <= MostBytes;
    private readonly Dictionary<string, Tensor> _kept = [];
    private readonly Dictionary<(string, ScalarType), Tensor> _converted = [];
    private readonly Dictionary<string, WeakReference<Tensor>> _inUse = [];

    /// <summary>The tensor of that name, if it is still there.</summary>
    public Tensor? Get(string name) =>
        _kept.TryGetValue(name, out var kept) || (_inUse.TryGetValue(name, out var weak) && weak.TryGetTarget(out kept)) ? kept : null;

    /// <summary>Remembers a tensor.</summary>
    /// <returns>The tensor.</returns>
    public Tensor Keep(string name, Tensor tensor)
    {
        if (_isSmall) { _kept[name] = tensor; }
        else { _inUse[name] = new(tensor); }
        return tensor;
    }

    /// <summary>A weight in another dtype. libtorch converts all of its numbers: those of a small model only once.</summary>
    /// <param name="name">The weight.</param>
    /// <param name="stored">As it is stored.</param>
    /// <param name="dtype">The other dtype.</param>
    /// <returns>Of a large model it belongs to the caller's dispose scope.</returns>
    public Tensor Converted(string name, Tensor stored, ScalarType dtype)
    {
        if (!_isSmall) { return stored.to_type(dtype); }
        lock (_converted)
        {
            return _converted.TryGetValue((name, dtype), out var known)
                ? known
                : _converted[(name, dtype)] = stored.to_type(dtype).DetachFromDisposeScope();
        }
    }

    /// <summary>Frees the weights that stay.</summary>
    public void Dispose()
    {
        foreach (var tensor in _kept.Values.Concat(_converted.Values)) { tensor.Dispose(); }
        _kept.Clear();
        _converted.Clear();
        _inUse.Clear();
    }
}
