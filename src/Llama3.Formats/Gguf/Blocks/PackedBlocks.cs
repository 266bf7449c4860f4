namespace Llama3.Formats.Gguf.Blocks;

/// <summary>Reads any numbers out of a row of blocks.</summary>
internal static class PackedBlocks
{
    /// <summary>As many numbers as there are places, from a place on.</summary>
    /// <param name="type">The type of the blocks.</param>
    /// <param name="blocks">All blocks.</param>
    /// <param name="first">The place of the first number; it need not be the first of its block.</param>
    /// <param name="values">The numbers.</param>
    public static void Expand(BlockType type, ReadOnlySpan<byte> blocks, long first, Span<float> values)
    {
        var (block, within) = Math.DivRem(first, type.Size);
        if (within > 0)
        {
            values = values[Part(type, At(blocks, type, block, 1), (int)within, values)..];
            block++;
        }
        var (whole, rest) = Math.DivRem(values.Length, type.Size);
        type.Expand(At(blocks, type, block, whole), values[..^rest]);
        if (rest > 0) { Part(type, At(blocks, type, block + whole, 1), 0, values[^rest..]); }
    }

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> blocks, BlockType type, long block, int count) =>
        blocks.Slice(checked((int)(block * type.Bytes)), count * type.Bytes);

    private static int Part(BlockType type, ReadOnlySpan<byte> block, int from, Span<float> values)
    {
        Span<float> all = stackalloc float[type.Size];
        type.Expand(block, all);
        var count = Math.Min(values.Length, type.Size - from);
        all.Slice(from, count).CopyTo(values);
        return count;
    }
}
