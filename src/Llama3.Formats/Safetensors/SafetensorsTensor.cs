using Llama3.Formats.Numbers;

namespace Llama3.Formats.Safetensors;

/// <summary>A tensor to be written to a .safetensors file.</summary>
/// <param name="name">Its key in the file.</param>
/// <param name="dtype">As the format spells it: "BF16", "F32", "I64", "C64", ….</param>
/// <param name="shape">The sizes of its dimensions; empty for a single number.</param>
/// <param name="bytes">Its numbers, row-major and little-endian, in one piece or several.</param>
public sealed record SafetensorsTensor(string name, string dtype, IReadOnlyList<long> shape, IEnumerable<ReadOnlyMemory<byte>> bytes)
{
    /// <summary>A tensor in its own dtype, of any that the engine has.</summary>
    public static SafetensorsTensor Of(string name, Tensor tensor) => new(name, Spelled(tensor.dtype), tensor.shape, TensorBytes.AsStored(tensor));

    /// <summary>How many bytes a number takes.</summary>
    /// <exception cref="ArgumentException">The format has no such dtype.</exception>
    internal int element_size => dtype switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
        "BF16" or "F16" or "I16" or "U16" => 2,
        "F32" or "I32" or "U32" => 4,
        "F64" or "I64" or "U64" or "C64" => 8,
        _ => throw new ArgumentException($"{name} has dtype {dtype}, which .safetensors files do not have"),
    };

    /// <summary>How many bytes dtype and shape call for.</summary>
    internal long size => shape.Aggregate((long)element_size, (product, size) => checked(product * size));

    private static string Spelled(ScalarType dtype) => dtype switch
    {
        ScalarType.BFloat16 => "BF16",
        ScalarType.Float32 => "F32",
        ScalarType.Int64 => "I64",
        ScalarType.ComplexFloat32 => "C64",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "no name is known for it"),
    };
}
