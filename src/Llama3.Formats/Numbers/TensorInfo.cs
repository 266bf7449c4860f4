using Llama3.Formats.Input;

namespace Llama3.Formats.Numbers;

/// <summary>What is known of a tensor before its numbers are read.</summary>
/// <param name="stored">How the numbers are written.</param>
/// <param name="shape">The sizes of its dimensions.</param>
internal sealed record TensorInfo(Dtype stored, IReadOnlyList<long> shape)
{
    /// <summary>The type it is read as: BF16 as BFloat16, other floating dtypes as Float32, integers as Int64.</summary>
    public ScalarType dtype => stored.ReadAs();

    /// <summary>How many bytes its numbers take in the file.</summary>
    public long bytes => stored.ByteLength(shape) ?? long.MaxValue;

    /// <summary>"[4096, 4096] BF16"</summary>
    public override string ToString() => $"{Printable.Shape(shape)} {stored}";
}
