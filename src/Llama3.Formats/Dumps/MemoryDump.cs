using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that was never written: for ports in C#, which can hand over their tensors.</summary>
internal static class MemoryDump
{
    /// <summary>Tensors by name, such as <c>layers.0.q_per_token</c>; they are not copied.</summary>
    public static Dump Of(IReadOnlyDictionary<string, Tensor> tensors) =>
        new("the tensors in memory", "memory", [.. tensors.Select(pair => Entry(pair.Key, pair.Value))]);

    /// <summary>TorchSharp has dtypes that no step has; they count as F32.</summary>
    private static DumpEntry Entry(string name, Tensor tensor) => new(name, Dtypes.Of(tensor.dtype) ?? Dtype.F32, tensor.shape, () => tensor);
}
