using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>Blocks of 32 numbers with one scale: d · q.</summary>
internal readonly struct Q8_0 : IBlock
{
    public static int Size => 32;

    public static int Bytes => 34;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Quants.Half(block, 0);
        var quants = MemoryMarshal.Cast<byte, sbyte>(block[2..]);
        Quants.Scale(Vector128.Create(quants), d, Quants.NoOffset, values);
        Quants.Scale(Vector128.Create(quants[Quants.Count..]), d, Quants.NoOffset, values[Quants.Count..]);
    }
}

/// <summary>Blocks of 32 numbers of 4 or 5 bits. A byte has the lower four bits of quant i, and above them those of quant i + 16.</summary>
internal static class Nibbles
{
    /// <summary>How many numbers a block has.</summary>
    public const int Size = 32;

    /// <summary>The numbers (q - less) · d + m.</summary>
    /// <param name="nibbles">The 16 bytes with the lower four bits of each quant.</param>
    /// <param name="fifth">Bit i is the fifth bit of quant i.</param>
    /// <param name="less">What is subtracted.</param>
    /// <param name="d">The scale.</param>
    /// <param name="m">The offset.</param>
    /// <param name="values">The numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand(ReadOnlySpan<byte> nibbles, uint fifth, sbyte less, float d, float m, Span<float> values)
    {
        var (lower, upper) = (Quants.Unpack(nibbles, 0, 0xF), Quants.Unpack(nibbles, 4, 0xF));
        var subtracted = Vector128.Create(less);
        Quants.Scale(lower + Quants.WhereSet((ushort)fifth, 16) - subtracted, d, m, values);
        Quants.Scale(upper + Quants.WhereSet((ushort)(fifth >> 16), 16) - subtracted, d, m, values[Quants.Count..]);
    }
}

/// <summary>d · (q - 8), q of 4 bits.</summary>
internal readonly struct Q4_0 : IBlock
{
    public static int Size => Nibbles.Size;

    public static int Bytes => 18;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles.Expand(block[2..], 0, 8, Quants.Half(block, 0), Quants.NoOffset, values);
}

/// <summary>d · q + m, q of 4 bits.</summary>
internal readonly struct Q4_1 : IBlock
{
    public static int Size => Nibbles.Size;

    public static int Bytes => 20;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles.Expand(block[4..], 0, 0, Quants.Half(block, 0), Quants.Half(block, 2), values);
}

/// <summary>d · (q - 16), q of 5 bits.</summary>
internal readonly struct Q5_0 : IBlock
{
    public static int Size => Nibbles.Size;

    public static int Bytes => 22;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles.Expand(block[6..], BinaryPrimitives.ReadUInt32LittleEndian(block[2..]), 16, Quants.Half(block, 0), Quants.NoOffset, values);
}

/// <summary>d · q + m, q of 5 bits.</summary>
internal readonly struct Q5_1 : IBlock
{
    public static int Size => Nibbles.Size;

    public static int Bytes => 24;

    public static void Expand(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles.Expand(block[8..], BinaryPrimitives.ReadUInt32LittleEndian(block[4..]), 0, Quants.Half(block, 0), Quants.Half(block, 2), values);
}
