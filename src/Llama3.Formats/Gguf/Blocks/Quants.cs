using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>What the types have in common: quants that share bytes, and numbers that are quant · scale + offset.</summary>
internal static class Quants
{
    /// <summary>What changes no number, zeros of either sign included.</summary>
    public const float NoOffset = -0f;

    /// <summary>A float16 of a block.</summary>
    public static float Half(ReadOnlySpan<byte> block, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(block[at..]);

    /// <summary>The numbers of as many quants as there are places, a multiple of 16: quant · scale + offset. ggml's products fit into float32 exactly, or have no offset.</summary>
    public static void Scale(ReadOnlySpan<sbyte> quants, float scale, float offset, Span<float> values)
    {
        ref var source = ref MemoryMarshal.GetReference(quants[..values.Length]);
        ref var target = ref MemoryMarshal.GetReference(values);
        for (nuint at = 0; at < (nuint)values.Length; at += (nuint)Vector128<sbyte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.WidenLower(Vector128.LoadUnsafe(ref source, at).ToVector256Unsafe()));
            (Vector256.ConvertToSingle(low) * scale + Vector256.Create(offset)).StoreUnsafe(ref target, at);
            (Vector256.ConvertToSingle(high) * scale + Vector256.Create(offset)).StoreUnsafe(ref target, at + (nuint)Vector256<int>.Count);
        }
    }

    /// <summary>Some bits of each byte, less a number: a quant for each byte, of which there are a multiple of 16.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="shift">Where the bits begin.</param>
    /// <param name="mask">Which bits they are, when they are shifted down.</param>
    /// <param name="less">What is subtracted.</param>
    /// <param name="quants">A place for each byte.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, int shift, byte mask, sbyte less, Span<sbyte> quants)
    {
        for (var at = 0; at < packed.Length; at += Vector128<byte>.Count)
        {
            var bits = (Vector128.Create(packed[at..]) >>> shift) & Vector128.Create(mask);
            (bits.AsSByte() - Vector128.Create(less)).CopyTo(quants[at..]);
        }
    }

    /// <summary>Adds a number to the quants whose byte has a bit set.</summary>
    /// <param name="packed">A byte for each quant, a multiple of 16.</param>
    /// <param name="bit">The bit.</param>
    /// <param name="more">What is added.</param>
    /// <param name="quants">The quants.</param>
    public static void AddWhereSet(ReadOnlySpan<byte> packed, int bit, sbyte more, Span<sbyte> quants)
    {
        for (var at = 0; at < packed.Length; at += Vector128<byte>.Count)
        {
            var isSet = ~Vector128.Equals(Vector128.Create(packed[at..]) & Vector128.Create((byte)(1 << bit)), Vector128<byte>.Zero);
            (Vector128.Create<sbyte>(quants[at..]) + (isSet.AsSByte() & Vector128.Create(more))).CopyTo(quants[at..]);
        }
    }
}
