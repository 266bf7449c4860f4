using System.Runtime.CompilerServices;

namespace Llama3.Tensors.Products;

/// <summary>The innermost loop: up to six rows of x by four rows of weights.</summary>
internal static class Tile<TSimd, TVector, TWeight>
    where TSimd : struct, ISimd<TVector>, ILoad<TVector, float>, ILoad<TVector, TWeight>
    where TVector : unmanaged
    where TWeight : unmanaged
{
    /// <summary>Adds the products of some chunks to the sums.</summary>
    /// <param name="rows">How many rows of x.</param>
    /// <param name="ahead">How many rows to fetch meanwhile: 0, 1, 2 or 4.</param>
    /// <param name="x">The packed rows of x, see <see cref="Rows.Pack"/>.</param>
    /// <param name="weights">Four rows.</param>
    /// <param name="next">The start of the rows to fetch.</param>
    /// <param name="stride">The distance between them.</param>
    /// <param name="chunks">How many chunks of each row.</param>
    /// <param name="sums">Four for each row of x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(
        int rows, int ahead, ref float x, FourRows<TWeight> weights, ref TWeight next, nint stride, int chunks, Span<FourVectors<TVector>> sums)
    {
        switch (rows)
        {
            case 1: Add<One>(ahead, ref x, weights, ref next, stride, chunks, sums); break;
            case 2: Add<Two>(ahead, ref x, weights, ref next, stride, chunks, sums); break;
            case 3: Add<Three>(ahead, ref x, weights, ref next, stride, chunks, sums); break;
            case 4: Add<Four>(ahead, ref x, weights, ref next, stride, chunks, sums); break;
            case 5: Add<Five>(ahead, ref x, weights, ref next, stride, chunks, sums); break;
            default: Add<Six>(ahead, ref x, weights, ref next, stride, chunks, sums); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TRows>(
        int ahead, ref float x, FourRows<TWeight> weights, ref TWeight next, nint stride, int chunks, Span<FourVectors<TVector>> sums)
        where TRows : struct, ICount
    {
        switch (ahead)
        {
            case 0: Add<TRows, Zero>(ref x, weights, ref next, stride, chunks, sums[..TRows.Value]); break;
            case 1: Add<TRows, One>(ref x, weights, ref next, stride, chunks, sums[..TRows.Value]); break;
            case 2: Add<TRows, Two>(ref x, weights, ref next, stride, chunks, sums[..TRows.Value]); break;
            default: Add<TRows, Four>(ref x, weights, ref next, stride, chunks, sums[..TRows.Value]); break;
        }
    }

    /// <remarks>
    /// The sums are loaded before the loop and stored right after it: with any other use the compiler would keep them
    /// in memory. For a tile of fewer rows, the lines of the other rows compile to nothing.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TRows, TAhead>(
        ref float x, FourRows<TWeight> weights, ref TWeight next, nint stride, int chunks, Span<FourVectors<TVector>> sums)
        where TRows : struct, ICount
        where TAhead : struct, ICount
    {
        ref var w0 = ref weights.Row0;
        ref var w1 = ref weights.Row1;
        ref var w2 = ref weights.Row2;
        ref var w3 = ref weights.Row3;
        FourVectors<TVector> s0 = sums[0], s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        if (TRows.Value > 1) { s1 = sums[1]; }
        if (TRows.Value > 2) { s2 = sums[2]; }
        if (TRows.Value > 3) { s3 = sums[3]; }
        if (TRows.Value > 4) { s4 = sums[4]; }
        if (TRows.Value > 5) { s5 = sums[5]; }
        var end = (nint)chunks * 2 * TSimd.Count;
        for (nint at = 0; at < end; at += 2 * TSimd.Count)
        {
            Fetch<TAhead>(ref next, stride);
            next = ref Unsafe.Add(ref next, 2 * TSimd.Count);
            var w = FourVectors<TVector>.First<TSimd, TWeight>(ref w0, ref w1, ref w2, ref w3, at);
            s0 = Plus(TSimd.First(ref x), w, s0);
            if (TRows.Value > 1) { s1 = Plus(TSimd.First(ref Row(ref x, 1)), w, s1); }
            if (TRows.Value > 2) { s2 = Plus(TSimd.First(ref Row(ref x, 2)), w, s2); }
            if (TRows.Value > 3) { s3 = Plus(TSimd.First(ref Row(ref x, 3)), w, s3); }
            if (TRows.Value > 4) { s4 = Plus(TSimd.First(ref Row(ref x, 4)), w, s4); }
            if (TRows.Value > 5) { s5 = Plus(TSimd.First(ref Row(ref x, 5)), w, s5); }
            w = FourVectors<TVector>.Second<TSimd, TWeight>(ref w0, ref w1, ref w2, ref w3, at);
            s0 = Plus(TSimd.Second(ref x), w, s0);
            if (TRows.Value > 1) { s1 = Plus(TSimd.Second(ref Row(ref x, 1)), w, s1); }
            if (TRows.Value > 2) { s2 = Plus(TSimd.Second(ref Row(ref x, 2)), w, s2); }
            if (TRows.Value > 3) { s3 = Plus(TSimd.Second(ref Row(ref x, 3)), w, s3); }
            if (TRows.Value > 4) { s4 = Plus(TSimd.Second(ref Row(ref x, 4)), w, s4); }
            if (TRows.Value > 5) { s5 = Plus(TSimd.Second(ref Row(ref x, 5)), w, s5); }
            x = ref Row(ref x, TRows.Value);
        }

        sums[0] = s0;
        if (TRows.Value > 1) { sums[1] = s1; }
        if (TRows.Value > 2) { sums[2] = s2; }
        if (TRows.Value > 3) { sums[3] = s3; }
        if (TRows.Value > 4) { sums[4] = s4; }
        if (TRows.Value > 5) { sums[5] = s5; }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TAhead>(ref TWeight next, nint stride)
        where TAhead : struct, ICount
    {
        if (TAhead.Value > 0) { Fetch(ref next); }
        if (TAhead.Value > 1) { Fetch(ref Unsafe.Add(ref next, stride)); }
        if (TAhead.Value > 2) { Fetch(ref Unsafe.Add(ref next, 2 * stride)); }
        if (TAhead.Value > 3) { Fetch(ref Unsafe.Add(ref next, 3 * stride)); }
    }

    /// <summary>A chunk takes a line, or with AVX-512 and float32, two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(ref TWeight chunk)
    {
        Prefetch.Start(ref chunk);
        if (2 * TSimd.Count * Unsafe.SizeOf<TWeight>() > Lines.Size) { Prefetch.Start(ref Unsafe.Add(ref chunk, TSimd.Count)); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FourVectors<TVector> Plus(TVector x, FourVectors<TVector> weights, FourVectors<TVector> sums) =>
        FourVectors<TVector>.MultiplyAdd<TSimd>(x, weights, sums);

    /// <summary>The same chunk of another of the packed rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float Row(ref float x, int row) => ref Unsafe.Add(ref x, row * 2 * TSimd.Count);
}
