using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>
/// Blocks of 256 numbers, the "k-quants": a block is 8 groups of 32 numbers, or 16 of 16, each with a small whole number as its scale, which
/// the block's d multiplies.
/// </summary>
internal static class SuperBlock
{
    /// <summary>How many numbers a block has.</summary>
    public const int Size = 256;
}

/// <summary>(d · scale) · q - (dmin · min), q of 2 bits, scale and min of 4 bits in one byte for each 16 numbers.</summary>
internal readonly struct Q2_K : IBlock
{
    public static int Size => SuperBlock.Size;

    public static int Bytes => 84;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values)
    {
        var (d, dmin) = (Quants.Half(block, 80), Quants.Half(block, 82));
        for (var group = 0; group < 16; group++)
        {
            var quants = Quants.Unpack(Bits.Of(block[16..80], group, out var shift), shift, 3);
            Quants.Scale(quants, d * (block[group] & 0xF), -(dmin * (block[group] >> 4)), values.Slice(group * 16, 16));
        }
    }
}

/// <summary>(d · (scale - 32)) · (q - 4), q of 3 bits, scale of 6 bits for each 16 numbers.</summary>
internal readonly struct Q3_K : IBlock
{
    public static int Size => SuperBlock.Size;

    public static int Bytes => 110;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Quants.Half(block, 108);
        for (var group = 0; group < 16; group++)
        {
            var quants = Quants.Unpack(Bits.Of(block[32..96], group, out var shift), shift, 3)
                + Quants.WhereSet(block[(group % 2 * 16)..], group / 2, 4);
            Quants.Scale(quants - Vector128.Create((sbyte)4), d * (ScaleOf(block[96..108], group) - 32), Quants.NoOffset, values.Slice(group * 16, 16));
        }
    }

    /// <summary>Eight bytes have the lower four bits of two scales each, four bytes the upper two bits of four scales each.</summary>
    private static int ScaleOf(ReadOnlySpan<byte> scales, int group) =>
        (scales[group % 8] >> (group / 8 * 4) & 0xF) | ((scales[8 + (group % 4)] >> (group / 4 * 2) & 3) << 4);
}

/// <summary>(d · scale) · q - (dmin · min) with q of 4 or 5 bits; scale and min of 6 bits for each 32 numbers.</summary>
internal static class ScaleAndMin
{
    /// <summary>The numbers of a block. The fifth bits, if there are any, come before the lower four; a byte has one of each group.</summary>
    public static void Expand(ReadOnlySpan<byte> block, bool hasFifthBits, Span<float> values)
    {
        var (d, dmin) = (Quants.Half(block, 0), Quants.Half(block, 2));
        for (var group = 0; group < 8; group++)
        {
            var (scale, min) = Of(block[4..16], group);
            var (factor, offset) = (d * scale, -(dmin * min));
            var shared = block[^128..][(group / 2 * 32)..];
            for (var at = 0; at < 32; at += Quants.Count)
            {
                var quants = Quants.Unpack(shared[at..], group % 2 * 4, 0xF);
                if (hasFifthBits) { quants += Quants.WhereSet(block[(16 + at)..], group, 16); }
                Quants.Scale(quants, factor, offset, values[((group * 32) + at)..]);
            }
        }
    }

    /// <summary>Of the last four groups the upper two bits are in the bytes of the first four.</summary>
    private static (int Scale, int Min) Of(ReadOnlySpan<byte> scales, int group) => group < 4
        ? (scales[group] & 63, scales[group + 4] & 63)
        : ((scales[group + 4] & 0xF) | (scales[group - 4] >> 6 << 4), (scales[group + 4] >> 4) | (scales[group] >> 6 << 4));
}

/// <summary>q of 4 bits.</summary>
internal readonly struct Q4_K : IBlock
{
    public static int Size => SuperBlock.Size;

    public static int Bytes => 144;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values) => ScaleAndMin.Expand(block, hasFifthBits: false, values);
}

/// <summary>q of 5 bits.</summary>
internal readonly struct Q5_K : IBlock
{
    public static int Size => SuperBlock.Size;

    public static int Bytes => 176;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values) => ScaleAndMin.Expand(block, hasFifthBits: true, values);
}

/// <summary>(d · scale) · (q - 32), q of 6 bits, scale of 8 bits for each 16 numbers.</summary>
internal readonly struct Q6_K : IBlock
{
    public static int Size => SuperBlock.Size;

    public static int Bytes => 210;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Quants.Half(block, 208);
        var scales = MemoryMarshal.Cast<byte, sbyte>(block[192..208]);
        for (var group = 0; group < 16; group++)
        {
            // Of each 128 numbers, those of 0–31 and 64–95 share bytes, and those of 32–63 and 96–127: the later ones in the upper half.
            var (half, within) = (group >> 3, group & 7);
            var lower = Quants.Unpack(block[((half * 64) + ((within & 3) * 16))..], within & 4, 0xF);
            var upper = Quants.Unpack(Bits.Of(block[128..192], group, out var shift), shift, 3);
            Quants.Scale((lower | (upper << 4)) - Vector128.Create((sbyte)32), d * scales[group], Quants.NoOffset, values[(group * 16)..]);
        }
    }
}

/// <summary>Where quants of 2 bits lie: 64 bytes for 256 of them.</summary>
internal static class Bits
{
    /// <summary>The 16 bytes that hold a group of 16 quants, and where in each byte their bits begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> packed, int group, out int shift)
    {
        shift = group & 6;
        return packed[(((group >> 3) * 32) + ((group & 1) * 16))..];
    }
}
