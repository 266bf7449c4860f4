using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>The lines of the cache. A vector that straddles two of them is read, or written, twice.</summary>
internal static class Lines
{
    /// <summary>In bytes.</summary>
    public const int Size = 64;

    /// <summary>How many elements of an array come before a new line begins. To be asked once: when the array is moved, it is another number, and to keep the first only costs time.</summary>
    public static int ToNext<T>(T[] array)
        where T : unmanaged
    {
        var address = Unsafe.ByteOffset(ref Unsafe.NullRef<T>(), ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-address & (Size - 1)) / Unsafe.SizeOf<T>();
    }
}
