using System.Runtime.CompilerServices;
using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Tests.Reports;

/// <summary>Weights as arrays, by Meta's names.</summary>
internal static class PlainWeights
{
    private static readonly ConditionalWeakTable<Checkpoint, Dictionary<string, float[]>> Read = [];

    /// <summary>The weights of a checkpoint, in a dictionary of the caller's own; the arrays are shared.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="huggingFace">Whether queries and keys are in the order of Hugging Face's files; otherwise of Meta's.</param>
    public static Dictionary<string, float[]> Of(Checkpoint checkpoint, bool huggingFace)
    {
        var weights = new Dictionary<string, float[]>(Read.GetValue(checkpoint, AsMetaHasThem));
        if (!huggingFace) { return weights; }
        var config = PlainConfig.Of(checkpoint.Params);
        foreach (var name in weights.Keys.Where(name => name.EndsWith(".wq.weight", StringComparison.Ordinal) || name.EndsWith(".wk.weight", StringComparison.Ordinal)).ToList())
        {
            weights[name] = Permuted(weights[name], config.HeadDim, config.Dim);
        }
        return weights;
    }

    /// <summary>In each head the first numbers of all pairs, then the second ones.</summary>
    private static float[] Permuted(float[] matrix, int headDim, int columns) => Rows(matrix, columns, row =>
    {
        var (head, within) = (row / headDim * headDim, row % headDim);
        return head + (within < headDim / 2 ? 2 * within : (2 * (within - (headDim / 2))) + 1);
    });

    /// <summary>A matrix with its rows in another order.</summary>
    /// <param name="matrix">[out, in], row by row.</param>
    /// <param name="columns">in.</param>
    /// <param name="from">Which row comes there.</param>
    public static float[] Rows(float[] matrix, int columns, Func<int, int> from) =>
        [.. Enumerable.Range(0, matrix.Length / columns).SelectMany(row => new ArraySegment<float>(matrix, from(row) * columns, columns))];

    private static Dictionary<string, float[]> AsMetaHasThem(Checkpoint checkpoint) => checkpoint.Params.tensor_shapes.Keys
        .Where(name => !(checkpoint.Params.tie_word_embeddings && name == "output.weight"))
        .ToDictionary(name => name, name => checkpoint.weight(name).to_type(float32).ToSingles());
}
