using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>
/// Reads parts of the rows of weights: where they are; or, if they must be expanded or do not fill a chunk, from a buffer that belongs
/// to one thread.
/// </summary>
internal readonly ref struct RowReader<TElement> : IDisposable
    where TElement : unmanaged
{
    private readonly Weights<TElement> _weights;
    private readonly ReadOnlySpan<TElement> _elements;
    private readonly int[] _places;
    private readonly TElement[] _buffer;
    private readonly int _chunk, _start;

    /// <param name="weights">The weights.</param>
    /// <param name="groups">The most groups at a time.</param>
    /// <param name="length">The longest part.</param>
    /// <param name="chunk">How many elements a chunk has.</param>
    public RowReader(Weights<TElement> weights, int groups, int length, int chunk)
    {
        (_weights, _chunk) = (weights, chunk);
        _elements = weights.Elements.Span;
        _places = ArrayPool<int>.Shared.Rent(2 * 4 * groups);
        var longest = weights.Expand is null ? chunk : Padded(Math.Min(length, weights.K));
        _buffer = ArrayPool<TElement>.Shared.Rent(checked((4 * groups * longest) + (Lines.Size / Unsafe.SizeOf<TElement>())));
        _start = Lines.ToNext(_buffer);
    }

    /// <summary>Finds the rows of some groups.</summary>
    /// <param name="group">The first group.</param>
    /// <param name="groups">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Open(int group, int groups)
    {
        var places = _places.AsSpan(0, 4 * groups);
        for (; !places.IsEmpty; group++, places = places[4..])
        {
            var (matrix, first) = _weights.Find(group);
            for (var row = 0; row < 4; row++)
            {
                places[row] = checked((int)_weights.PlaceOf(matrix, first + row));
                // The tiles do not check.
                if (_weights.Expand is null) { _ = _elements.Slice(places[row], _weights.K); }
            }
        }
    }

    /// <summary>A part of the rows that were found.</summary>
    /// <param name="groups">How many groups they are.</param>
    /// <param name="at">Where the part begins.</param>
    /// <param name="count">How many elements: some chunks, or less than one.</param>
    /// <returns>The rows, until the next part is read.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RowParts<TElement> Read(int groups, int at, int count)
    {
        var places = _places.AsSpan(0, 4 * groups);
        var end = at + count < _weights.K ? at + count : places.Length * _weights.RowStride;
        var next = new Following<TElement>(ref Beyond(end), places, (nint)_weights.RowStride);
        if (_weights.Expand is null && count >= _chunk) { return new(ref Beyond(at), places, next); }
        var inBuffer = _places.AsSpan(4 * groups, 4 * groups);
        for (var row = 0; row < places.Length; row++)
        {
            inBuffer[row] = _start + (row * Padded(count));
            Copy(places[row] + at, count, _buffer.AsSpan(inBuffer[row], Padded(count)));
        }
        return new(ref MemoryMarshal.GetArrayDataReference(_buffer), inBuffer, next);
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_places);
        ArrayPool<TElement>.Shared.Return(_buffer);
    }

    private void Copy(int place, int count, Span<TElement> chunks)
    {
        if (_weights.Expand is { } expand) { expand(MemoryMarshal.Cast<TElement, float>(chunks), place, count); return; }
        _elements.Slice(place, count).CopyTo(chunks);
        chunks[count..].Clear();
    }

    private ref TElement Beyond(long distance) => ref Unsafe.Add(ref MemoryMarshal.GetReference(_elements), (nint)distance);

    private int Padded(int count) => (count + _chunk - 1) / _chunk * _chunk;
}
