using Llama3.Formats.Checkpoints;

namespace Llama3.Verify.Copy;

/// <summary>The weights as Hugging Face names and orders them.</summary>
internal static class HuggingFaceWeights
{
    /// <summary>All of them; an output matrix that is the embedding table comes once.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(Checkpoint checkpoint) => checkpoint.Params.stored_tensors.Select(tensor => tensor.Key)
        .Select(meta => (HuggingFaceNames.Of(meta), HuggingFaceNames.Permuted(meta, checkpoint.weight(meta), checkpoint.Params)));
}
