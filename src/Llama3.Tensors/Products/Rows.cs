namespace Llama3.Tensors.Products;

/// <summary>Writes a row chunk by chunk, see <see cref="Chunks{TSimd, TVector}"/>.</summary>
internal delegate void WriteChunks<TElement>(ReadOnlySpan<TElement> row, Span<float> place, int step);

/// <summary>The rows of x, shared out to tiles.</summary>
internal abstract class Rows
{
    /// <param name="count">How many rows.</param>
    /// <param name="maxRows">How many a tile may have.</param>
    protected Rows(int count, int maxRows) => (Count, Tiles) = (count, ((count - 1) / maxRows) + 1);

    /// <summary>How many rows.</summary>
    public int Count { get; }

    /// <summary>The number of tiles.</summary>
    public int Tiles { get; }

    /// <summary>The first row of a tile; after the last tile, the number of rows. All tiles have equally many, or one more.</summary>
    public int First(int tile) => (int)((long)tile * Count / Tiles);

    /// <summary>Packs a part of a tile's rows as float32: chunk by chunk, in a chunk row by row. The last chunk is filled up with zeros.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="at">Where the part begins.</param>
    /// <param name="length">How many elements of each row.</param>
    /// <param name="packed">Room for them.</param>
    public abstract void Pack(int tile, int at, int length, Span<float> packed);
}

/// <summary>The rows of x in memory.</summary>
/// <param name="x">The elements, row by row.</param>
/// <param name="count">How many rows.</param>
/// <param name="length">K.</param>
/// <param name="chunk">How many elements a chunk has.</param>
/// <param name="maxRows">How many rows a tile may have.</param>
/// <param name="write">How they are read beside the weights.</param>
internal sealed class Rows<TElement>(ReadOnlyMemory<TElement> x, int count, int length, int chunk, int maxRows, WriteChunks<TElement> write) : Rows(count, maxRows)
{
    public override void Pack(int tile, int at, int count, Span<float> packed)
    {
        var (first, end) = (First(tile), First(tile + 1));
        for (var row = first; row < end; row++)
        {
            write(x.Span.Slice((row * length) + at, count), packed[((row - first) * chunk)..], (end - first) * chunk);
        }
    }
}
