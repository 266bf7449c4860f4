using System.Runtime.InteropServices;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>
/// Blocks of 256 numbers, the "k-quants": a block is 8 groups of 32 numbers, or 16 of 16, each with a small whole number as its scale, which
/// the block's d multiplies.
/// </summary>
internal abstract class SuperBlockType(uint id, string name, int bytes) : BlockType(id, name, 256, bytes);

/// <summary>(d · scale) · q - (dmin · min), q of 2 bits, scale and min of 4 bits in one byte for each 16 numbers.</summary>
internal sealed class Q2_KType() : SuperBlockType(10, "Q2_K", 84)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var (d, dmin) = (Quants.Half(block, 80), Quants.Half(block, 82));
        Span<sbyte> quants = stackalloc sbyte[16];
        for (var group = 0; group < 16; group++)
        {
            Quants.Unpack(Bits.Of(block[16..80], group, out var shift), shift, 3, 0, quants);
            Quants.Scale(quants, d * (block[group] & 0xF), -(dmin * (block[group] >> 4)), values.Slice(group * 16, 16));
        }
    }
}

/// <summary>(d · (scale - 32)) · (q - 4), q of 3 bits, scale of 6 bits for each 16 numbers.</summary>
internal sealed class Q3_KType() : SuperBlockType(11, "Q3_K", 110)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Quants.Half(block, 108);
        Span<sbyte> quants = stackalloc sbyte[16];
        for (var group = 0; group < 16; group++)
        {
            Quants.Unpack(Bits.Of(block[32..96], group, out var shift), shift, 3, 4, quants);
            Quants.AddWhereSet(block.Slice(group % 2 * 16, 16), group / 2, 4, quants);
            Quants.Scale(quants, d * (ScaleOf(block[96..108], group) - 32), Quants.NoOffset, values.Slice(group * 16, 16));
        }
    }

    /// <summary>Eight bytes have the lower four bits of two scales each, four bytes the upper two bits of four scales each.</summary>
    private static int ScaleOf(ReadOnlySpan<byte> scales, int group) =>
        (scales[group % 8] >> (group / 8 * 4) & 0xF) | ((scales[8 + (group % 4)] >> (group / 4 * 2) & 3) << 4);
}

/// <summary>(d · scale) · q - (dmin · min) with q of 4 or 5 bits; scale and min of 6 bits for each 32 numbers.</summary>
internal abstract class ScaleAndMinType(uint id, string name, int bytes) : SuperBlockType(id, name, bytes)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var (d, dmin) = (Quants.Half(block, 0), Quants.Half(block, 2));
        Span<sbyte> quants = stackalloc sbyte[32];
        for (var group = 0; group < 8; group++)
        {
            var (scale, min) = ScaleAndMin(block[4..16], group);
            Quants.Unpack(block[^128..].Slice(group / 2 * 32, 32), group % 2 * 4, 0xF, 0, quants);
            AddUpperBits(block, group, quants);
            Quants.Scale(quants, d * scale, -(dmin * min), values.Slice(group * 32, 32));
        }
    }

    /// <summary>Adds what the quants have above their lower four bits.</summary>
    protected virtual void AddUpperBits(ReadOnlySpan<byte> block, int group, Span<sbyte> quants)
    {
    }

    /// <summary>Of the last four groups the upper two bits are in the bytes of the first four.</summary>
    private static (int Scale, int Min) ScaleAndMin(ReadOnlySpan<byte> scales, int group) => group < 4
        ? (scales[group] & 63, scales[group + 4] & 63)
        : ((scales[group + 4] & 0xF) | (scales[group - 4] >> 6 << 4), (scales[group + 4] >> 4) | (scales[group] >> 6 << 4));
}

/// <summary>q of 4 bits.</summary>
internal sealed class Q4_KType() : ScaleAndMinType(12, "Q4_K", 144);

/// <summary>q of 5 bits.</summary>
internal sealed class Q5_KType() : ScaleAndMinType(13, "Q5_K", 176)
{
    protected override void AddUpperBits(ReadOnlySpan<byte> block, int group, Span<sbyte> quants) =>
        Quants.AddWhereSet(block[16..48], group, 16, quants);
}

/// <summary>(d · scale) · (q - 32), q of 6 bits, scale of 8 bits for each 16 numbers.</summary>
internal sealed class Q6_KType() : SuperBlockType(14, "Q6_K", 210)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Quants.Half(block, 208);
        var scales = MemoryMarshal.Cast<byte, sbyte>(block[192..208]);
        Span<sbyte> quants = stackalloc sbyte[16];
        Span<sbyte> upper = stackalloc sbyte[16];
        for (var group = 0; group < 16; group++)
        {
            // Of each 128 numbers, those of 0–31 and 64–95 share bytes, and those of 32–63 and 96–127: the later ones in the upper half.
            var (half, within) = Math.DivRem(group, 8);
            Quants.Unpack(block.Slice((half * 64) + (within % 4 * 16), 16), within / 4 * 4, 0xF, 32, quants);
            Quants.Unpack(block[128..].Slice((half * 32) + (within % 2 * 16), 16), within / 2 * 2, 3, 0, upper);
            for (var i = 0; i < quants.Length; i++) { quants[i] += (sbyte)(upper[i] << 4); }
            Quants.Scale(quants, d * scales[group], Quants.NoOffset, values.Slice(group * 16, 16));
        }
    }
}

/// <summary>Where quants of 2 bits lie: 64 bytes for 256 of them.</summary>
internal static class Bits
{
    /// <summary>The 16 bytes that hold a group of 16 quants, and where in each byte their bits begin.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> packed, int group, out int shift)
    {
        var (half, within) = Math.DivRem(group, 8);
        shift = within / 2 * 2;
        return packed.Slice((half * 32) + (within % 2 * 16), 16);
    }
}
