using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>No vectors at all: one number at a time.</summary>
internal readonly struct Simd32 : ISimd<float>, ILoad<float, ushort>, ILoad<float, float>
{
    public static int Count => 1;

    public static int MaxRows => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float First(ref ushort chunk) => BitConverter.UInt32BitsToSingle((uint)chunk << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Second(ref ushort chunk) => First(ref Unsafe.Add(ref chunk, 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float First(ref float chunk) => chunk;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Second(ref float chunk) => Unsafe.Add(ref chunk, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float sum) => (a * b) + sum;

    public static Vector128<float> Sums(in FourVectors<float> vectors) => Vector128.Create(vectors.V0, vectors.V1, vectors.V2, vectors.V3);
}
