using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Llama3.Tensors.Products;

/// <summary>Brings memory near before it is needed. The only unsafe code of the products.</summary>
internal static class Prefetch
{
    /// <summary>
    /// Asks the processor to bring the line of a place near. Without it one thread multiplied 17 tokens by bfloat16 weights at 55 % of
    /// its arithmetic peak, with it at up to 80 %; .NET only has it with a pointer. It is a hint: no address is wrong.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Start<T>(ref T place)
        where T : unmanaged
    {
        if (Sse.IsSupported) { Sse.Prefetch0(Unsafe.AsPointer(ref place)); }
    }
}
