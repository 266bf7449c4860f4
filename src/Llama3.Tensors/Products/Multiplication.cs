using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>result[m, n] = x[m] · weights[n], for x [M, K] and weights [N, K], which stay where they are.</summary>
/// <remarks>
/// <code>
///                   K: one chunk after the other            A thread takes 8 groups of 4 rows of weights at a time and
///            ┌──────┬──────┬──────┬─···─┬──────┐            never shares a sum with another.
///  weights   │ row n                           │
///  (memory)  │ row n+1                         │ a group    For each group, all tiles of x: the weights come from memory
///            │ row n+2                         │            once, for the first tile, and stay in the cache for the others;
///            │ row n+3                         │            meanwhile each tile fetches a part of the group that follows.
///            └──────┴──────┴──────┴─···─┴──────┘
///            ┌──────┬──────┬──────┬─···─┬──────┐
///  x         │ row m                           │ a tile     A tile by a group is 4 x 4 sums, each a vector (AVX-512): 16 of the
///  (panel,   │  ...                            │            32 registers. A chunk of 4 + 4 rows feeds 2 · 16 multiply-adds.
///  in cache) │ row m+3                         │
///            └──────┴──────┴──────┴─···─┴──────┘
///              ^ a chunk: 2 vectors of float32. Of bfloat16 it is one vector of 32-bit words with two elements each: shifted
///                up, a word is the even one as float32; with its lower half masked off, the odd one. x and weights alike.
/// </code>
/// The last chunk of K, if it is not full, is copied and filled up with zeros; nothing is read beyond a row. Every sum runs over
/// the chunks in one order: lane by lane, then over the lanes. So it depends neither on M nor on the number of threads.
/// </remarks>
internal sealed class Multiplication<TSimd, TVector, TX, TWeight>(
    Panel<TX> panel, int rows, Weights<TWeight> weights, Memory<float> result)
    where TSimd : struct, ISimd<TVector>, ILoad<TVector, TX>, ILoad<TVector, TWeight>
    where TVector : unmanaged
    where TX : unmanaged
    where TWeight : unmanaged
{
    /// <summary>How much of x, in bytes, should stay in the second-level cache beside the weights.</summary>
    private const int CacheSize = 1 << 19;

    private static int Chunk => 2 * TSimd.Count;

    /// <summary>All of x by some groups of weights.</summary>
    public void Run(int firstGroup, int endGroup)
    {
        var bytes = Math.Max(1, (long)rows * weights.K * Unsafe.SizeOf<TX>());
        var inCache = (int)Math.Clamp(CacheSize * (long)panel.Tiles / bytes, 1, panel.Tiles);
        for (var tile = 0; tile < panel.Tiles; tile += inCache)
        {
            Run(firstGroup, endGroup, tile, Math.Min(panel.Tiles, tile + inCache));
        }
    }

    private void Run(int firstGroup, int endGroup, int firstTile, int endTile)
    {
        using var reader = new RowReader<TWeight>(weights);
        Span<TWeight> ends = stackalloc TWeight[4 * Chunk];
        ends.Clear();
        for (var group = firstGroup; group < endGroup; group++)
        {
            var rows = reader.Read(group, out var next);
            if (weights.K % Chunk != 0) { weights.CopyEnds(rows, weights.K - (weights.K % Chunk), Chunk, ends); }
            for (var tile = firstTile; tile < endTile; tile++) { Multiply(tile, group, rows, next, ends); }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int tile, int group, FourRows<TWeight> rows, FourRows<TWeight> next, Span<TWeight> ends)
    {
        Span<FourVectors<TVector>> sums = stackalloc FourVectors<TVector>[TSimd.MaxRows];
        var (first, count) = panel.RowsOf(tile);
        var x = panel.Rows(first, count);
        sums[..count].Clear();
        var ahead = weights.Expand is not null ? 1 : panel.Tiles switch { 1 => 4, < 4 => 2, _ => 1 };
        var full = weights.K / Chunk;
        if (full > 0)
        {
            Tile<TSimd, TVector, TX, TWeight>.Add(
                count, ahead, ref MemoryMarshal.GetReference(x), rows, ref next[tile * ahead % 4], full, sums);
        }
        if (weights.K % Chunk != 0)
        {
            var last = new FourRows<TWeight>(ref ends[0], ref ends[Chunk], ref ends[2 * Chunk], ref ends[3 * Chunk]);
            Tile<TSimd, TVector, TX, TWeight>.Add(
                count, 1, ref MemoryMarshal.GetReference(x[(full * count * Chunk)..]), last, ref last.Row0, 1, sums);
        }
        Store(sums[..count], first, group);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(ReadOnlySpan<FourVectors<TVector>> sums, int firstRow, int group)
    {
        var (matrix, column) = weights.Find(group);
        var columns = Math.Min(4, weights.N - column);
        var place = (int)(((((long)matrix * rows) + firstRow) * weights.N) + column);
        var places = result.Span;
        for (var row = 0; row < sums.Length; row++, place += weights.N) { Store(TSimd.Sums(sums[row]), places.Slice(place, columns)); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> totals, Span<float> places)
    {
        if (places.Length == 4) { totals.CopyTo(places); return; }
        for (var i = 0; i < places.Length; i++) { places[i] = totals[i]; }
    }
}
