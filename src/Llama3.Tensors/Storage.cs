using System.Buffers;

namespace Llama3.Tensors;

/// <summary>The memory of a tensor, shared by its views. Only <see cref="torch.Tensor.copy_"/> writes to it.</summary>
internal abstract class Storage
{
    /// <summary>The number of elements in the memory.</summary>
    public abstract int Length { get; }
}

/// <summary>Numbers in a denser form, such as the blocks of a quantised matrix: they are expanded to Float32 wherever they are used.</summary>
/// <param name="length">How many numbers.</param>
/// <param name="expand">Fills a span with the numbers from a place on. It may be called by several threads at once.</param>
internal sealed class PackedStorage(int length, SpanAction<float, long> expand) : Storage
{
    public override int Length => length;

    /// <summary>Fills a span with the numbers from a place on.</summary>
    public void Expand(Span<float> numbers, long first)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, length - numbers.Length);
        expand(numbers, first);
    }
}

/// <summary>
/// Memory of one type: <c>float</c> for Float32 and ComplexFloat32 (two to an element), <c>ushort</c> for BFloat16,
/// <c>long</c> for Int64. Arrays and mapped files look alike here.
/// </summary>
internal sealed class Storage<T>(ReadOnlyMemory<T> elements) : Storage
    where T : unmanaged
{
    public ReadOnlyMemory<T> Elements => elements;

    public override int Length => elements.Length;
}
