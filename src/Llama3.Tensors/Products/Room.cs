using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>Memory that belongs to one thread, from the beginning of a line on.</summary>
/// <param name="count">How many elements.</param>
internal readonly struct Room<T>(int count) : IDisposable
    where T : unmanaged
{
    private readonly byte[] _memory = ArrayPool<byte>.Shared.Rent(checked((count * Unsafe.SizeOf<T>()) + Lines.Size));
    private readonly int _size = count * Unsafe.SizeOf<T>();

    public Span<T> Span => MemoryMarshal.Cast<byte, T>(_memory.AsSpan(Lines.ToNext(_memory), _size));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_memory);
}
