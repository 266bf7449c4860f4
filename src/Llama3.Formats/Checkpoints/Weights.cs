using Llama3.Formats.Numbers;

namespace Llama3.Formats.Checkpoints;

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="name">Meta's name; the file's own if Llama 3 has no such tensor.</param>
/// <param name="stored_name">Its name in the file.</param>
/// <param name="info">Dtype and shape; for a tensor in parts, the shape of the whole.</param>
/// <param name="files">The file that holds it; for a tensor in parts, all files.</param>
/// <param name="read">Reads the tensor.</param>
internal sealed record Weight(string name, string stored_name, TensorInfo info, IReadOnlyList<ITensorFile> files, Func<Tensor> read);

/// <summary>The tensors of a checkpoint by Meta's names, and the files that hold them.</summary>
internal sealed class Weights(IReadOnlyList<ITensorFile> files, IEnumerable<Weight> weights) : IDisposable
{
    private readonly OrderedDictionary<string, Weight> _weights = new(weights.Select(weight => KeyValuePair.Create(weight.name, weight)));

    /// <summary>All files.</summary>
    public IReadOnlyList<ITensorFile> Files => files;

    /// <summary>All tensors, in the order of the files.</summary>
    public IEnumerable<Weight> All => _weights.Values;

    /// <summary>A tensor by Meta's name, or null.</summary>
    public Weight? Find(string name) => _weights.GetValueOrDefault(name);

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (var file in files) { file.Dispose(); }
    }
}
