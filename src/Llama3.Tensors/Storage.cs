namespace Llama3.Tensors;

/// <summary>The memory behind a tensor, shared by its views. Nothing writes to it once it stands behind a tensor.</summary>
internal abstract class Storage
{
    /// <summary>How many elements the memory holds.</summary>
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
