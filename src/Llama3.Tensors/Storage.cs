namespace Llama3.Tensors;

/// <summary>The memory of a tensor, shared by its views. Only <see cref="torch.Tensor.copy_"/> writes to it.</summary>
internal abstract class Storage
{
    /// <summary>The number of elements in the memory.</summary>
    public abstract int Length { get; }
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
