using Llama3.Formats.Numbers;

namespace Llama3.Formats.Checkpoints;

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="name">Meta's name; the file's own if Llama 3 has no such tensor.</param>
/// <param name="stored_name">Its name in the file.</param>
/// <param name="info">Dtype and shape; for a tensor in parts, the shape of the whole.</param>
/// <param name="files">The file that holds it; for a tensor in parts, all files.</param>
/// <param name="read">Reads the tensor.</param>
internal sealed record Weight(string name, string stored_name, TensorInfo info, IReadOnlyList<ITensorFile> files, Func<Tensor> read)
{
    private const string Output = "output.weight";

    /// <summary>The weights of a model; if its embeddings are tied, the output matrix is the embedding table, whether it is in the file or not.</summary>
    public static IEnumerable<Weight> Tied(IEnumerable<Weight> weights, ModelParams? model)
    {
        if (model is not { tie_word_embeddings: true }) { return weights; }
        List<Weight> others = [.. weights.Where(weight => weight.name != Output)];
        return others.Find(weight => weight.name == "tok_embeddings.weight") is { } embeddings ? others.Append(embeddings with { name = Output }) : others;
    }
}

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
