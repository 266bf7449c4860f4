using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>AVX-512: 32 registers of 16 numbers. With five rows to a tile, 20 sums, the compiler runs out of them.</summary>
internal readonly struct Simd512 : ISimd<Vector512<float>, ushort>, ISimd<Vector512<float>, float>
{
    public static int Count => Vector512<float>.Count;

    public static int MaxRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(ref ushort chunk) => (Vector512.LoadUnsafe(ref chunk).AsUInt32() << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(ref ushort chunk) =>
        (Vector512.LoadUnsafe(ref chunk).AsUInt32() & Vector512.Create(0xFFFF0000)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(ref float chunk) => Vector512.LoadUnsafe(ref chunk);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(ref float chunk) => Vector512.LoadUnsafe(ref chunk, (nuint)Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> vector) => Simd256.Sum(vector.GetLower() + vector.GetUpper());
}
