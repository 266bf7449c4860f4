using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>AVX2: 16 registers of 8 numbers.</summary>
internal readonly struct Simd256 : ISimd<Vector256<float>>, ILoad<Vector256<float>, ushort>, ILoad<Vector256<float>, float>
{
    public static int Count => Vector256<float>.Count;

    public static int MaxRows => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(ref ushort chunk) => (Vector256.LoadUnsafe(ref chunk).AsUInt32() << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(ref ushort chunk) =>
        (Vector256.LoadUnsafe(ref chunk).AsUInt32() & Vector256.Create(0xFFFF0000)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(ref float chunk) => Vector256.LoadUnsafe(ref chunk);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(ref float chunk) => Vector256.LoadUnsafe(ref chunk, (nuint)Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(in FourVectors<Vector256<float>> vectors) => Simd128.Sums(new()
    {
        V0 = vectors.V0.GetLower() + vectors.V0.GetUpper(),
        V1 = vectors.V1.GetLower() + vectors.V1.GetUpper(),
        V2 = vectors.V2.GetLower() + vectors.V2.GetUpper(),
        V3 = vectors.V3.GetLower() + vectors.V3.GetUpper(),
    });
}
