using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>
/// A type of ggml in which numbers are stored a block at a time: small whole numbers, the quants, and what they are multiplied by. Its
/// numbers are those that ggml's own <c>to_float</c> gives, to the bit.
/// </summary>
/// <param name="id">The number of the type in a file (<c>enum ggml_type</c>).</param>
/// <param name="name">ggml's name.</param>
/// <param name="size">How many numbers a block has.</param>
/// <param name="bytes">How many bytes a block has.</param>
internal abstract class BlockType(uint id, string name, int size, int bytes)
{
    private const int LineSize = 64;

    /// <summary>The types that can be read.</summary>
    public static IReadOnlyList<BlockType> All { get; } =
    [
        new Float16Type(),
        new BlockType<Q4_0>(2), new BlockType<Q4_1>(3), new BlockType<Q5_0>(6), new BlockType<Q5_1>(7), new BlockType<Q8_0>(8),
        new BlockType<Q2_K>(10), new BlockType<Q3_K>(11), new BlockType<Q4_K>(12), new BlockType<Q5_K>(13), new BlockType<Q6_K>(14),
    ];

    /// <summary>The number of the type in a file.</summary>
    public uint Id => id;

    /// <summary>ggml's name: "Q4_0".</summary>
    public string Name => name;

    /// <summary>How many numbers a block has.</summary>
    public int Size => size;

    /// <summary>How many bytes a block has.</summary>
    public int Bytes => bytes;

    /// <summary>The numbers of whole blocks.</summary>
    /// <param name="blocks">The blocks, one after the other.</param>
    /// <param name="values">A place for each of their numbers.</param>
    public abstract void Expand(ReadOnlySpan<byte> blocks, Span<float> values);

    /// <summary>"Q4_0"</summary>
    public override string ToString() => name;

    /// <summary>
    /// Asks the processor to bring near what will be expanded after all of this: with the next row of a matrix on its way, a product takes half as
    /// long. It is a hint: no address is wrong.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static unsafe void Prefetch(ReadOnlySpan<byte> blocks, int ahead, int count)
    {
        if (!Sse.IsSupported) { return; }
        var place = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(blocks)) + ahead;
        for (var at = 0; at < count; at += LineSize) { Sse.Prefetch0(place + at); }
    }
}

/// <summary>The blocks of one type. For each type the compiler makes a loop in which all sizes are constants: that takes half the time.</summary>
/// <param name="id">The number of the type in a file.</param>
internal sealed class BlockType<TBlock>(uint id) : BlockType(id, typeof(TBlock).Name, TBlock.Size, TBlock.Bytes)
    where TBlock : struct, IBlock
{
    public override void Expand(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (var ahead = blocks.Length; !blocks.IsEmpty; blocks = blocks[TBlock.Bytes..], values = values[TBlock.Size..])
        {
            Prefetch(blocks, ahead, TBlock.Bytes);
            TBlock.Expand(blocks[..TBlock.Bytes], values[..TBlock.Size]);
        }
    }
}
