using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>What the types have in common: quants that share bytes, and numbers that are quant · scale + offset. Sixteen at a time stay in registers.</summary>
internal static class Quants
{
    /// <summary>How many quants there are at a time.</summary>
    public const int Count = 16;

    /// <summary>What changes no number, zeros of either sign included.</summary>
    public const float NoOffset = -0f;

    /// <summary>All float16 by their bits: a look into this table is faster than the conversion.</summary>
    private static readonly float[] Halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))];

    /// <summary>A float16 of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(ReadOnlySpan<byte> block, int at) => Halves[BinaryPrimitives.ReadUInt16LittleEndian(block[at..])];

    /// <summary>The numbers of sixteen quants: quant · scale + offset. ggml's products fit into float32 exactly, or have no offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(Vector128<sbyte> quants, float scale, float offset, Span<float> values)
    {
        var wide = Vector256.WidenLower(quants.ToVector256Unsafe());
        if (Vector512.IsHardwareAccelerated)
        {
            var numbers = Vector512.ConvertToSingle(Vector512.WidenLower(wide.ToVector512Unsafe()));
            Vector512.MultiplyAddEstimate(numbers, Vector512.Create(scale), Vector512.Create(offset)).CopyTo(values);
            return;
        }
        var (low, high) = Vector256.Widen(wide);
        (Vector256.ConvertToSingle(low) * scale + Vector256.Create(offset)).CopyTo(values);
        (Vector256.ConvertToSingle(high) * scale + Vector256.Create(offset)).CopyTo(values[Vector256<float>.Count..]);
    }

    /// <summary>Some bits of each of sixteen bytes. What the shift brings over from the next byte is not among them.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="shift">Where the bits begin.</param>
    /// <param name="mask">Which bits they are, when they are shifted down.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Unpack(ReadOnlySpan<byte> packed, int shift, byte mask) =>
        ((Vector128.Create(packed).AsUInt16() >>> shift).AsByte() & Vector128.Create(mask)).AsSByte();

    /// <summary>A number where one of sixteen bytes has a bit set, and 0 where it has not.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="bit">Which bit.</param>
    /// <param name="value">The number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> WhereSet(ReadOnlySpan<byte> packed, int bit, sbyte value) =>
        WhereAny(Vector128.Create(packed), Vector128.Create((byte)(1 << bit)), value);

    /// <summary>A number where one of sixteen bits is set, the lowest first, and 0 where it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> WhereSet(ushort bits, sbyte value)
    {
        var bytes = Vector128.Shuffle(Vector128.CreateScalar(bits).AsByte(), Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
        return WhereAny(bytes, Vector128.Create(0x8040201008040201).AsByte(), value);
    }

    private static Vector128<sbyte> WhereAny(Vector128<byte> bytes, Vector128<byte> bits, sbyte value) =>
        ~Vector128.Equals(bytes & bits, Vector128<byte>.Zero).AsSByte() & Vector128.Create(value);
}
