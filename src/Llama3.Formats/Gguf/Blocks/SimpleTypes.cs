using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>Blocks of 32 numbers with one scale: d · q.</summary>
internal sealed class Q8_0Type() : BlockType(8, "Q8_0", 32, 34)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values) =>
        Quants.Scale(MemoryMarshal.Cast<byte, sbyte>(block[2..]), Quants.Half(block, 0), Quants.NoOffset, values);
}

/// <summary>Blocks of 32 numbers of 4 or 5 bits. A byte has the lower four bits of quant i, and above them those of quant i + 16.</summary>
internal abstract class NibbleType(uint id, string name, int bytes) : BlockType(id, name, 32, bytes)
{
    private const int Half = 16;

    /// <summary>The lower four bits of each quant, which the last 16 bytes of a block hold, less a number.</summary>
    protected static void Unpack(ReadOnlySpan<byte> block, sbyte less, Span<sbyte> quants)
    {
        Quants.Unpack(block[^Half..], 0, 0xF, less, quants);
        Quants.Unpack(block[^Half..], 4, 0xF, less, quants[Half..]);
    }

    /// <summary>Adds the fifth bits: bit i of a word is that of quant i.</summary>
    protected static void AddFifthBits(ReadOnlySpan<byte> word, Span<sbyte> quants)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(word);
        for (var i = 0; i < quants.Length; i++) { quants[i] += (sbyte)((bits >> i & 1) << 4); }
    }
}

/// <summary>d · (q - 8), q of 4 bits.</summary>
internal sealed class Q4_0Type() : NibbleType(2, "Q4_0", 18)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<sbyte> quants = stackalloc sbyte[Size];
        Unpack(block, 8, quants);
        Quants.Scale(quants, Quants.Half(block, 0), Quants.NoOffset, values);
    }
}

/// <summary>d · q + m, q of 4 bits.</summary>
internal sealed class Q4_1Type() : NibbleType(3, "Q4_1", 20)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<sbyte> quants = stackalloc sbyte[Size];
        Unpack(block, 0, quants);
        Quants.Scale(quants, Quants.Half(block, 0), Quants.Half(block, 2), values);
    }
}

/// <summary>d · (q - 16), q of 5 bits.</summary>
internal sealed class Q5_0Type() : NibbleType(6, "Q5_0", 22)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<sbyte> quants = stackalloc sbyte[Size];
        Unpack(block, 16, quants);
        AddFifthBits(block[2..], quants);
        Quants.Scale(quants, Quants.Half(block, 0), Quants.NoOffset, values);
    }
}

/// <summary>d · q + m, q of 5 bits.</summary>
internal sealed class Q5_1Type() : NibbleType(7, "Q5_1", 24)
{
    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values)
    {
        Span<sbyte> quants = stackalloc sbyte[Size];
        Unpack(block, 0, quants);
        AddFifthBits(block[4..], quants);
        Quants.Scale(quants, Quants.Half(block, 0), Quants.Half(block, 2), values);
    }
}
