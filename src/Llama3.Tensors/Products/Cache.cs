using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Llama3.Tensors.Products;

/// <summary>The only unsafe line of the products.</summary>
internal static class Cache
{
    /// <summary>
    /// Asks the processor to bring memory near. Without it 17 tokens by bfloat16 weights reached 55 % of the arithmetic peak,
    /// with it 80 %; .NET only has it with a pointer. It is a hint: nothing is read, and no address is wrong.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(ref T place)
        where T : unmanaged
    {
        if (Sse.IsSupported) { Sse.Prefetch0(Unsafe.AsPointer(ref place)); }
    }
}
