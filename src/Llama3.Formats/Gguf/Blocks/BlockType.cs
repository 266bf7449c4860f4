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
    /// <summary>The types that can be read.</summary>
    public static IReadOnlyList<BlockType> All { get; } =
    [
        new Float16Type(),
        new Q4_0Type(), new Q4_1Type(), new Q5_0Type(), new Q5_1Type(), new Q8_0Type(),
        new Q2_KType(), new Q3_KType(), new Q4_KType(), new Q5_KType(), new Q6_KType(),
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
    public virtual void Expand(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[bytes..], values = values[size..]) { ExpandBlock(blocks[..bytes], values[..size]); }
    }

    /// <summary>The numbers of one block.</summary>
    protected abstract void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values);

    /// <summary>"Q4_0"</summary>
    public override string ToString() => name;
}
