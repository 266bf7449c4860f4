using System.Buffers;
using System.Runtime.CompilerServices;

namespace Llama3.Tensors.Products;

/// <summary>
/// A copy of x in the order in which the tiles read it: tile by tile, in a tile chunk by chunk, in a chunk row by row.
/// The last chunk is filled up with zeros. If x is float32 and the weights are bfloat16, a chunk has the even elements first, then the odd ones.
/// </summary>
internal sealed class Panel<TElement> : IDisposable
    where TElement : unmanaged
{
    private readonly TElement[] _elements;
    private readonly int _start, _rows, _rowLength;

    /// <param name="x">Rows of <paramref name="length"/> elements.</param>
    /// <param name="rows">How many.</param>
    /// <param name="length">K.</param>
    /// <param name="chunk">How many elements a chunk has.</param>
    /// <param name="maxRows">How many rows a tile may have.</param>
    /// <param name="split">Whether the even elements of a chunk come first.</param>
    public Panel(ReadOnlySpan<TElement> x, int rows, int length, int chunk, int maxRows, bool split)
    {
        Tiles = ((rows - 1) / maxRows) + 1;
        (_rows, _rowLength) = (rows, (length + chunk - 1) / chunk * chunk);
        _elements = ArrayPool<TElement>.Shared.Rent(checked((_rows * _rowLength) + (Lines.Size / Unsafe.SizeOf<TElement>())));
        _start = Lines.ToNext(_elements);
        for (var tile = 0; tile < Tiles; tile++)
        {
            var (first, count) = RowsOf(tile);
            for (var row = 0; row < count; row++)
            {
                var place = _elements.AsSpan(_start + (first * _rowLength) + (row * chunk));
                Pack(x.Slice((first + row) * length, length), chunk, place, count * chunk, split);
            }
        }
    }

    /// <summary>The number of tiles.</summary>
    public int Tiles { get; }

    /// <summary>The rows of a tile: all tiles have equally many, or one more.</summary>
    public (int First, int Count) RowsOf(int tile)
    {
        var first = First(tile);
        return (first, First(tile + 1) - first);
    }

    private int First(int tile) => (int)((long)tile * _rows / Tiles);

    /// <summary>The packed rows of a tile.</summary>
    public ReadOnlySpan<TElement> Rows(int first, int count) => _elements.AsSpan(_start + (first * _rowLength), count * _rowLength);

    public void Dispose() => ArrayPool<TElement>.Shared.Return(_elements);

    private static void Pack(ReadOnlySpan<TElement> row, int chunk, Span<TElement> panel, int step, bool split)
    {
        for (var at = 0; !row.IsEmpty; row = row[Math.Min(chunk, row.Length)..], at += step)
        {
            var place = panel.Slice(at, chunk);
            var elements = row[..Math.Min(chunk, row.Length)];
            if (elements.Length < chunk) { place.Clear(); }
            if (split) { Split(elements, place[..(chunk / 2)], place[(chunk / 2)..]); }
            else { elements.CopyTo(place); }
        }
    }

    private static void Split(ReadOnlySpan<TElement> elements, Span<TElement> even, Span<TElement> odd)
    {
        for (var i = 0; i < elements.Length; i++) { (i % 2 == 0 ? even : odd)[i / 2] = elements[i]; }
    }
}
