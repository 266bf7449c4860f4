using Llama3.Formats.Checkpoints;

namespace Llama3.Verify.Copy;

/// <summary>The weights as Hugging Face names and orders them.</summary>
internal static class HuggingFaceWeights
{
    /// <summary>All of them; an output matrix that is the embedding table comes once.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(Checkpoint checkpoint) => checkpoint.Params.tensor_shapes.Keys
        .Where(meta => !(checkpoint.Params.tie_word_embeddings && meta == "output.weight"))
        .Select(meta => (HuggingFaceNames.Of(meta), HuggingFaceNames.Permuted(meta, checkpoint.weight(meta), checkpoint.Params)));
}
