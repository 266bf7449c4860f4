using Llama3.Formats.Input;

namespace Llama3.Formats.Numbers;

/// <summary>Dtype and shape of a tensor, known before its numbers are read.</summary>
/// <param name="stored">The dtype of the numbers in the file.</param>
/// <param name="shape">The sizes of its dimensions.</param>
internal sealed record TensorInfo(Dtype stored, IReadOnlyList<long> shape)
{
    /// <summary>The type it is read as: BF16 as BFloat16, other floating dtypes as Float32, integers as Int64.</summary>
    public ScalarType dtype => stored.ReadAs();

    /// <summary>The size of its numbers in the file, in bytes.</summary>
    public long bytes => stored.ByteLength(shape) ?? long.MaxValue;

    /// <summary>"[4096, 4096] BF16"</summary>
    public override string ToString() => $"{Printable.Shape(shape)} {stored}";
}
