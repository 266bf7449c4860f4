using Llama3.Formats.Checkpoints;

namespace Llama3.Verify.Printing;

/// <summary>The share of a walk that is done, measured by the weights that it has asked for: its time is spent on multiplying by them.</summary>
/// <param name="model">The model.</param>
/// <param name="progress">Shows the share.</param>
/// <param name="walks">How often the model is walked through.</param>
internal sealed class WalkProgress(ModelParams model, ProgressLine progress, int walks = 1)
{
    /// <summary>How many numbers each weight has; of the embeddings only a few are looked up.</summary>
    private readonly Dictionary<string, double> _sizes = model.tensor_shapes
        .Where(tensor => tensor.Key != "tok_embeddings.weight")
        .ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Aggregate(1.0, (product, size) => product * size));

    private readonly Dictionary<string, int> _times = [];
    private double _done;

    /// <summary>Notes that a weight is asked for: the work with the weights before it is done.</summary>
    public void Read(string name)
    {
        var times = _times.GetValueOrDefault(name);
        if (times == walks || !_sizes.TryGetValue(name, out var size)) { return; }
        _times[name] = times + 1;
        progress.Share = _done / (walks * _sizes.Values.Sum());
        _done += size;
    }
}
