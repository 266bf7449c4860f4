using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>Memory that belongs to one thread, from the beginning of a line on.</summary>
internal readonly struct Room<T> : IDisposable
    where T : unmanaged
{
    private readonly byte[] _memory;
    private readonly int _start;
    private readonly int _size;

    /// <param name="count">How many elements.</param>
    public Room(int count)
    {
        _size = checked(count * Unsafe.SizeOf<T>());
        _memory = ArrayPool<byte>.Shared.Rent(checked(_size + Lines.Size));
        _start = Lines.ToNext(_memory);
    }

    public Span<T> Span => MemoryMarshal.Cast<byte, T>(_memory.AsSpan(_start, _size));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_memory);
}
