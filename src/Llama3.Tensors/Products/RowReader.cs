using System.Buffers;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>Reads the rows of weights, four at a time: where they are, or expanded into a buffer that belongs to one thread.</summary>
internal readonly ref struct RowReader<TElement> : IDisposable
    where TElement : unmanaged
{
    private readonly Weights<TElement> _weights;
    private readonly ReadOnlySpan<TElement> _elements;
    private readonly TElement[]? _buffer;

    public RowReader(Weights<TElement> weights)
    {
        _weights = weights;
        _elements = weights.Elements.Span;
        _buffer = weights.Expand is null ? null : ArrayPool<TElement>.Shared.Rent(checked((4 * weights.K) + (Lines.Size / sizeof(float))));
    }

    /// <summary>The rows of a group, and where the next ones begin, if they are in memory. Rows that were read before are gone if they were expanded.</summary>
    public FourRows<TElement> Read(int group, out FourRows<TElement> next)
    {
        var rows = _buffer is null ? _weights.Rows(_elements, group) : Expanded(_buffer, group);
        next = _buffer is null ? _weights.Rows(_elements, Math.Min(group + 1, _weights.Groups - 1)) : rows;
        return rows;
    }

    public void Dispose()
    {
        if (_buffer is not null) { ArrayPool<TElement>.Shared.Return(_buffer); }
    }

    private FourRows<TElement> Expanded(TElement[] buffer, int group)
    {
        var ((matrix, row), length) = (_weights.Find(group), _weights.K);
        var start = Lines.ToNext(buffer);
        var numbers = MemoryMarshal.Cast<TElement, float>(buffer.AsSpan(start));
        for (var i = 0; i < 4; i++) { _weights.Expand!(numbers.Slice(i * length, length), _weights.PlaceOf(matrix, row + i)); }
        return new(ref buffer[start], ref buffer[start + length], ref buffer[start + (2 * length)], ref buffer[start + (3 * length)]);
    }
}
