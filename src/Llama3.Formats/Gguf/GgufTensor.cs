using Llama3.Formats.Gguf.Blocks;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Gguf;

/// <summary>A tensor of a GGUF file, before its numbers are read.</summary>
/// <param name="name">Its name.</param>
/// <param name="info">Type, shape and size. The shape is as in PyTorch: rows first.</param>
/// <param name="blocks">The type of its blocks; null if its numbers are float32 or bfloat16.</param>
/// <param name="begin">Where its bytes begin, counted from the end of the header.</param>
internal sealed record GgufTensor(string name, TensorInfo info, BlockType? blocks, long begin)
{
    private const int MostDimensions = 4;

    /// <summary>The fewest bytes that the entry of a tensor takes.</summary>
    public const int LeastBytes = 24;

    /// <summary>Where its bytes end.</summary>
    public long end => begin + info.bytes;

    /// <summary>Reads the entry of a tensor.</summary>
    /// <exception cref="InvalidDataException">Its type is not known, or its shape is not one of this type.</exception>
    public static GgufTensor Read(GgufReader reader)
    {
        var name = reader.Text("the name of a tensor");
        var what = $"the tensor {Printable.Text(name)}";
        var dimensions = reader.UInt32(what);
        if (dimensions is 0 or > MostDimensions) { throw new InvalidDataException($"{what} has {dimensions} dimensions, expected 1 to {MostDimensions}"); }
        // ggml counts the other way round: the length of a row comes first.
        long[] shape = [.. Enumerable.Range(0, (int)dimensions).Select(_ => reader.Count(what)).ToArray().Reverse()];
        var (info, blocks) = Typed(reader.UInt32(what), shape, what);
        return new(name, info, blocks, reader.Count(what));
    }

    /// <summary>"blk.0.attn_q.weight"</summary>
    public override string ToString() => Printable.Text(name);

    private static (TensorInfo, BlockType?) Typed(uint type, long[] shape, string what)
    {
        if (Array.Exists(shape, size => size < 1)) { throw new InvalidDataException($"{what} has the shape {Printable.Shape(shape)}, expected sizes from 1 on"); }
        if (GgmlTypes.Plain.TryGetValue(type, out var dtype))
        {
            return dtype.ByteLength(shape) is null ? throw TooLarge(what, shape) : (TensorInfo.Of(dtype, shape), null);
        }
        var blocks = BlockType.All.FirstOrDefault(known => known.Id == type)
            ?? throw new InvalidDataException($"{what} has the type {GgmlTypes.NameOf(type)}; types that can be read: {GgmlTypes.Known}");
        if (shape[^1] % blocks.Size != 0)
        {
            throw new InvalidDataException($"{what} has rows of {shape[^1]}, expected a multiple of {blocks.Size}, the block size of {blocks}");
        }
        var bytes = shape[..^1].Aggregate((Int128)blocks.Bytes * (shape[^1] / blocks.Size), (product, size) => product > long.MaxValue ? product : product * size);
        return bytes > long.MaxValue ? throw TooLarge(what, shape) : (new TensorInfo(blocks.Name, ScalarType.Float32, shape, (long)bytes), blocks);
    }

    private static InvalidDataException TooLarge(string what, long[] shape) =>
        new($"{what} has the shape {Printable.Shape(shape)}, more than 64 bits can count");
}
