using System.Buffers.Binary;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>Makes blocks of numbers, as ggml's reference code does; of the k-quants without its search for the best scales, so that they come out a little coarser.</summary>
/// <param name="Type">The type of the blocks.</param>
/// <param name="FileType">The number of the type of a whole file (<c>general.file_type</c>).</param>
/// <param name="PackBlock">Makes one block, of zeros at first.</param>
internal sealed record BlockPacker(BlockType Type, uint FileType, BlockPacker.Packing PackBlock)
{
    /// <summary>Makes a block of numbers.</summary>
    public delegate void Packing(ReadOnlySpan<float> values, Span<byte> block);

    /// <summary>The types that can be written.</summary>
    public static IReadOnlyList<BlockPacker> All { get; } =
    [
        new(Of("F16"), 1, (values, block) => BinaryPrimitives.WriteHalfLittleEndian(block, (Half)values[0])),
        new(Of("Q8_0"), 7, SimplePacking.Q8_0),
        new(Of("Q5_1"), 9, (values, block) => SimplePacking.WithMin(values, block, 31)),
        new(Of("Q5_0"), 8, (values, block) => SimplePacking.Symmetric(values, block, 16)),
        new(Of("Q4_1"), 3, (values, block) => SimplePacking.WithMin(values, block, 15)),
        new(Of("Q4_0"), 2, (values, block) => SimplePacking.Symmetric(values, block, 8)),
        new(Of("Q6_K"), 18, SuperBlockPacking.Q6_K),
        new(Of("Q5_K"), 17, (values, block) => SuperBlockPacking.WithMin(values, block, 31)),
        new(Of("Q4_K"), 15, (values, block) => SuperBlockPacking.WithMin(values, block, 15)),
    ];

    /// <summary>The blocks of some rows.</summary>
    public byte[] Pack(ReadOnlySpan<float> values)
    {
        var blocks = new byte[values.Length / Type.Size * Type.Bytes];
        for (var i = 0; i < values.Length / Type.Size; i++)
        {
            PackBlock(values.Slice(i * Type.Size, Type.Size), blocks.AsSpan(i * Type.Bytes, Type.Bytes));
        }
        return blocks;
    }

    private static BlockType Of(string name) => BlockType.All.Single(type => type.Name == name);
}
