using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>float16: a number a block.</summary>
internal sealed class Float16Type() : BlockType(1, "F16", 1, 2)
{
    public override void Expand(ReadOnlySpan<byte> blocks, Span<float> values) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(blocks), values);

    protected override void ExpandBlock(ReadOnlySpan<byte> block, Span<float> values) => Expand(block, values);
}
