using Llama3.Formats.Numbers;

namespace Llama3.Formats.Safetensors;

/// <summary>A tensor to be written to a .safetensors file.</summary>
/// <param name="name">Its key in the file.</param>
/// <param name="dtype">How its numbers are written; the format has no C128.</param>
/// <param name="shape">The sizes of its dimensions; empty for a single number.</param>
/// <param name="bytes">Its numbers, row-major and little-endian, in one piece or several.</param>
internal sealed record SafetensorsTensor(string name, Dtype dtype, IReadOnlyList<long> shape, IEnumerable<ReadOnlyMemory<byte>> bytes)
{
    /// <summary>A tensor in its own dtype, of any that the engine has.</summary>
    public static SafetensorsTensor Of(string name, Tensor tensor) => new(
        name,
        Dtypes.Of(tensor.dtype) ?? throw new ArgumentOutOfRangeException(nameof(tensor), tensor.dtype, "no name is known for this dtype"),
        tensor.shape,
        TensorBytes.AsStored(tensor));

    /// <summary>How many bytes dtype and shape call for.</summary>
    /// <exception cref="ArgumentException">The format has no such dtype, or 64 bits cannot count the bytes.</exception>
    internal long size => dtype == Dtype.C128
        ? throw new ArgumentException($"{name} has dtype {dtype}, which .safetensors files do not have")
        : dtype.ByteLength(shape) ?? throw new ArgumentException($"{name} has more bytes than 64 bits can count");
}
