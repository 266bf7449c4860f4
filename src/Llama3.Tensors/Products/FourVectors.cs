using System.Runtime.CompilerServices;

namespace Llama3.Tensors.Products;

/// <summary>A vector for each of four rows of weights: a chunk's numbers, or the sums so far of one row of x.</summary>
internal struct FourVectors<TVector>
{
    public TVector V0, V1, V2, V3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors<TVector> First<TSimd, TElement>(
        ref TElement row0, ref TElement row1, ref TElement row2, ref TElement row3, nint at)
        where TSimd : struct, ILoad<TVector, TElement> => new()
        {
            V0 = TSimd.First(ref Unsafe.Add(ref row0, at)),
            V1 = TSimd.First(ref Unsafe.Add(ref row1, at)),
            V2 = TSimd.First(ref Unsafe.Add(ref row2, at)),
            V3 = TSimd.First(ref Unsafe.Add(ref row3, at)),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors<TVector> Second<TSimd, TElement>(
        ref TElement row0, ref TElement row1, ref TElement row2, ref TElement row3, nint at)
        where TSimd : struct, ILoad<TVector, TElement> => new()
        {
            V0 = TSimd.Second(ref Unsafe.Add(ref row0, at)),
            V1 = TSimd.Second(ref Unsafe.Add(ref row1, at)),
            V2 = TSimd.Second(ref Unsafe.Add(ref row2, at)),
            V3 = TSimd.Second(ref Unsafe.Add(ref row3, at)),
        };

    /// <summary>sums + x · weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors<TVector> MultiplyAdd<TSimd>(TVector x, FourVectors<TVector> weights, FourVectors<TVector> sums)
        where TSimd : struct, ISimd<TVector> => new()
        {
            V0 = TSimd.MultiplyAdd(x, weights.V0, sums.V0),
            V1 = TSimd.MultiplyAdd(x, weights.V1, sums.V1),
            V2 = TSimd.MultiplyAdd(x, weights.V2, sums.V2),
            V3 = TSimd.MultiplyAdd(x, weights.V3, sums.V3),
        };
}
