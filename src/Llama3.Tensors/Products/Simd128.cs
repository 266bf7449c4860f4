using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Llama3.Tensors.Products;

/// <summary>Arm, which has 32 registers of 4 numbers, and x64 before AVX2, which has 16.</summary>
internal readonly struct Simd128 : ISimd<Vector128<float>, ushort>, ISimd<Vector128<float>, float>
{
    public static int Count => Vector128<float>.Count;

    public static int MaxRows => AdvSimd.IsSupported ? 4 : 3;

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
    public static float Sum(Vector128<float> vector) => Vector128.Sum(vector);
}
