using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>AVX-512: 32 registers of 16 numbers.</summary>
internal readonly struct Simd512 : ISimd<Vector512<float>>, ILoad<Vector512<float>, ushort>, ILoad<Vector512<float>, float>
{
    public static int Count => Vector512<float>.Count;

    public static int MaxRows => 6;

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
    public static Vector128<float> Sums(in FourVectors<Vector512<float>> vectors) => Simd256.Sums(new()
    {
        V0 = vectors.V0.GetLower() + vectors.V0.GetUpper(),
        V1 = vectors.V1.GetLower() + vectors.V1.GetUpper(),
        V2 = vectors.V2.GetLower() + vectors.V2.GetUpper(),
        V3 = vectors.V3.GetLower() + vectors.V3.GetUpper(),
    });
}
