using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>float16: a number a block.</summary>
internal sealed class Float16Type() : BlockType(1, "F16", 1, 2)
{
    private const int Piece = 512;

    public override void Expand(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (var ahead = blocks.Length; !blocks.IsEmpty;)
        {
            var piece = blocks[..Math.Min(Piece, blocks.Length)];
            Prefetch(piece, ahead, piece.Length);
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(piece), values);
            blocks = blocks[piece.Length..];
            values = values[(piece.Length / sizeof(ushort))..];
        }
    }
}
