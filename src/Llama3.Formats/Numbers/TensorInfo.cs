using Llama3.Formats.Input;

namespace Llama3.Formats.Numbers;

/// <summary>Dtype and shape of a tensor, known before its numbers are read.</summary>
/// <param name="stored">The name of the dtype in the file: BF16, F32, or of blocks Q4_0.</param>
/// <param name="dtype">The type it is read as: BF16 as BFloat16, other floating dtypes as Float32, integers as Int64.</param>
/// <param name="shape">The sizes of its dimensions.</param>
/// <param name="bytes">The size of its numbers in the file, in bytes.</param>
internal sealed record TensorInfo(string stored, ScalarType dtype, IReadOnlyList<long> shape, long bytes)
{
    /// <summary>A tensor of a dtype.</summary>
    public static TensorInfo Of(Dtype dtype, IReadOnlyList<long> shape) =>
        new(dtype.ToString(), dtype.ReadAs(), shape, dtype.ByteLength(shape) ?? long.MaxValue);

    /// <summary>"[4096, 4096] BF16"</summary>
    public override string ToString() => $"{Printable.Shape(shape)} {stored}";
}
