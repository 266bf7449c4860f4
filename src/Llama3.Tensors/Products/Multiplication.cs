using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>Writes sums that are side by side to a place of the result. Several threads do so at once, each to places of its own.</summary>
internal delegate void WriteSums(ReadOnlySpan<float> sums, int place);

/// <summary>result[m, n] = x[m] · weights[n], for x [M, K] and weights [N, K], which stay where they are.</summary>
/// <remarks>
/// <code>
///                   K: one chunk after the other            A thread takes a block of 16 groups of 4 rows of weights at a time and
///            ┌──────┬──────┬──────┬─···─┬──────┐            never shares a sum with another.
///  weights   │ row n                           │
///  (memory)  │ row n+1                         │ a group    It goes along K in parts. Of a part, a tile of x meets all groups of
///            │ row n+2                         │            the block: the tile stays in the first-level cache, the block in the
///            │ row n+3                         │            second. Meanwhile each tile fetches some rows of the next part.
///            └──────┴──────┴──────┴─···─┴──────┘
///            ┌──────┬──────┬──────┬─···─┬──────┐
///  x         │ row m                           │ a tile     A tile by a group is 6 x 4 sums, each a vector (AVX-512): 24 of the
///  (packed,  │  ...                            │            32 registers. A chunk of 6 + 4 rows feeds 2 · 24 multiply-adds.
///  in cache) │ row m+5                         │
///            └──────┴──────┴──────┴─···─┴──────┘
///              ^ a chunk: 2 vectors of float32. Weights in bfloat16 are one vector of 32-bit words with two elements each: shifted
///                up, a word is the even one as float32; with its lower half masked off, the odd one. A tile is widened when it is packed.
/// </code>
/// A single tile meets whole rows, group by group, or some groups of short rows. Nothing is read beyond a row. Every sum runs over the chunks in one
/// order: lane by lane, then over the lanes. So it depends neither on M nor on the number of threads.
/// </remarks>
internal sealed class Multiplication<TSimd, TVector, TWeight>(Rows x, Weights<TWeight> weights, WriteSums write)
    where TSimd : struct, ISimd<TVector>, ILoad<TVector, float>, ILoad<TVector, TWeight>
    where TVector : unmanaged
    where TWeight : unmanaged
{
    /// <summary>A part of K: a tile of it takes 24 KiB at most, and stays in the first-level cache.</summary>
    private const int PartLength = 1024;

    /// <summary>A block of weights: a part of it takes 128 KiB as bfloat16.</summary>
    private const int GroupsInBlock = 16;

    /// <summary>Where rows are shorter than this, a single tile meets several groups at a time: finding groups takes longer than such rows.</summary>
    private const int ShortRows = 2048;

    /// <summary>At most so many rows of x meet a block before the next ones, or their sums would leave the second-level cache.</summary>
    private const int RowsInBlock = 48;

    private readonly int _tiles = Math.Min(x.Tiles, Math.Max(1, RowsInBlock / TSimd.MaxRows));
    private readonly int _groups = x.Tiles == 1 ? Math.Clamp(ShortRows / Math.Max(1, weights.K), 1, GroupsInBlock) : GroupsInBlock;
    private readonly int _part = x.Tiles == 1 ? weights.K : PartLength;

    /// <summary>How many rows a tile fetches meanwhile: all tiles and groups together, those of the next part.</summary>
    private readonly int _ahead = weights.Expand is not null ? 0 : x.Tiles switch { 1 => 4, < 4 => 2, _ => 1 };

    private static int Chunk => 2 * TSimd.Count;

    /// <summary>All of x by some groups of weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int firstGroup, int endGroup)
    {
        using var reader = new RowReader<TWeight>(weights, _groups, _part, Chunk);
        using var sums = new Room<FourVectors<TVector>>(GroupsInBlock * _tiles * TSimd.MaxRows);
        using var packed = new Room<float>(TSimd.MaxRows * (_part + Chunk));
        if (x.Tiles == 1) { x.Pack(0, 0, weights.K, packed.Span); }
        for (var tile = 0; tile < x.Tiles; tile += _tiles)
        {
            for (var group = firstGroup; group < endGroup; group += GroupsInBlock)
            {
                var groups = new Range(group, Math.Min(endGroup, group + GroupsInBlock));
                Run(groups, new(tile, Math.Min(x.Tiles, tile + _tiles)), reader, sums.Span, packed.Span);
            }
        }
    }

    /// <summary>Some tiles of x by a block of weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(Range groups, Range tiles, RowReader<TWeight> reader, Span<FourVectors<TVector>> sums, Span<float> packed)
    {
        var rows = x.First(tiles.End.Value) - x.First(tiles.Start.Value);
        var rest = sums;
        sums.Clear();
        for (int group = groups.Start.Value, count; group < groups.End.Value; group += count)
        {
            count = Math.Min(_groups, groups.End.Value - group);
            reader.Open(group, count);
            for (int at = 0, length; at < weights.K; at += length)
            {
                length = Math.Min(_part, weights.K - at);
                if (length > Chunk) { length -= length % Chunk; }
                Add(tiles, at, length, reader.Read(count, at, length), rest, packed);
            }
            rest = rest[(count * rows)..];
        }
        Store(groups, tiles, sums);
    }

    /// <summary>The products of a part of K.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(Range tiles, int at, int length, RowParts<TWeight> weights, Span<FourVectors<TVector>> sums, Span<float> packed)
    {
        var (groups, chunks, next) = (weights.Next.Count / 4, (length + Chunk - 1) / Chunk, 0);
        for (var tile = tiles.Start.Value; tile < tiles.End.Value; tile++)
        {
            var rows = x.First(tile + 1) - x.First(tile);
            ref var packedPart = ref packed[x.Tiles == 1 ? at * rows : 0];
            if (x.Tiles > 1) { x.Pack(tile, at, length, packed); }
            for (var group = 0; group < groups; group++)
            {
                Tile<TSimd, TVector, TWeight>.Add(
                    rows, _ahead, ref packedPart, weights[group], ref weights.Next[next], weights.Next.Stride, chunks, sums);
                sums = sums[rows..];
                next += _ahead;
                if (next == 4 * groups) { next = 0; }
            }
        }
    }

    /// <summary>Row by row: the sums of a block of weights are side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(Range groups, Range tiles, ReadOnlySpan<FourVectors<TVector>> sums)
    {
        var count = groups.End.Value - groups.Start.Value;
        Span<float> line = stackalloc float[4 * GroupsInBlock];
        for (var tile = tiles.Start.Value; tile < tiles.End.Value; tile++)
        {
            var (first, rows) = (x.First(tile), x.First(tile + 1) - x.First(tile));
            for (var row = 0; row < rows; row++)
            {
                for (var group = 0; group < count; group++) { TSimd.Sums(sums[(group * rows) + row]).CopyTo(line[(4 * group)..]); }
                Write(line[..(4 * count)], groups.Start.Value, first + row);
            }
            sums = sums[(rows * count)..];
        }
    }

    /// <summary>The last group of a matrix may have fewer than four rows; after it the next matrix begins.</summary>
    private void Write(ReadOnlySpan<float> line, int group, int row)
    {
        for (var done = 0; done < line.Length;)
        {
            var (matrix, column) = weights.Find(group + (done / 4));
            var columns = Math.Min(line.Length - done, weights.N - column);
            write(line.Slice(done, columns), (int)((((long)matrix * x.Count) + row) * weights.N) + column);
            done += (columns + 3) / 4 * 4;
        }
    }
}
