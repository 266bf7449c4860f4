using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Llama3.Tensors.Products;

/// <summary>Brings memory near before it is needed. The only unsafe code of the products.</summary>
internal static class Prefetch
{
    private const int LineSize = 64;

    /// <summary>
    /// Asks the processor to bring memory near. Without it one thread multiplied 17 tokens by bfloat16 weights at 55 % of its
    /// arithmetic peak, with it at up to 80 %; .NET only has it with a pointer. It is a hint: no address is wrong.
    /// </summary>
    /// <param name="start">The first place.</param>
    /// <param name="length">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Start<T>(ref T start, int length)
        where T : unmanaged
    {
        if (!Sse.IsSupported) { return; }
        var place = (byte*)Unsafe.AsPointer(ref start);
        var size = length * sizeof(T);
        Sse.Prefetch0(place);
        if (size > LineSize) { Sse.Prefetch0(place + LineSize); }
        if (size > 2 * LineSize) { Sse.Prefetch0(place + (2 * LineSize)); }
        if (size > 3 * LineSize) { Sse.Prefetch0(place + (3 * LineSize)); }
        for (var more = 4 * LineSize; more < size; more += LineSize) { Sse.Prefetch0(place + more); }
    }
}
