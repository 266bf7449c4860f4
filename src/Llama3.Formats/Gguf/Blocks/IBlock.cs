namespace Llama3.Formats.Gguf.Blocks;

/// <summary>How the numbers of one type are stored; the name is ggml's.</summary>
internal interface IBlock
{
    /// <summary>How many numbers a block has.</summary>
    static abstract int Size { get; }

    /// <summary>How many bytes a block has.</summary>
    static abstract int Bytes { get; }

    /// <summary>The numbers of one block.</summary>
    static abstract void Expand(ReadOnlySpan<byte> block, Span<float> values);
}
