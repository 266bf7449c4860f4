using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Llama3.Tensors.Products;

/// <summary>Arm, which has 32 registers of 4 numbers, and x64 before AVX2, which has 16.</summary>
internal readonly struct Simd128 : ISimd<Vector128<float>>, ILoad<Vector128<float>, ushort>, ILoad<Vector128<float>, float>
{
    public static int Count => Vector128<float>.Count;

    public static int MaxRows => AdvSimd.IsSupported ? 6 : 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> First(ref ushort chunk) => (Vector128.LoadUnsafe(ref chunk).AsUInt32() << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Second(ref ushort chunk) =>
        (Vector128.LoadUnsafe(ref chunk).AsUInt32() & Vector128.Create(0xFFFF0000)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> First(ref float chunk) => Vector128.LoadUnsafe(ref chunk);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Second(ref float chunk) => Vector128.LoadUnsafe(ref chunk, (nuint)Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> sum) =>
        Vector128.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(in FourVectors<Vector128<float>> vectors) =>
        SumsOfNeighbours(SumsOfNeighbours(vectors.V0, vectors.V1), SumsOfNeighbours(vectors.V2, vectors.V3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SumsOfNeighbours(Vector128<float> a, Vector128<float> b) =>
        Sse3.IsSupported ? Sse3.HorizontalAdd(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(a, b)
        : Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);
}
