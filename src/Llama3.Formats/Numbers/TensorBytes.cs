using System.Runtime.InteropServices;

namespace Llama3.Formats.Numbers;

/// <summary>Tensors as bytes: row-major, little-endian, in pieces of a few megabytes.</summary>
internal static class TensorBytes
{
    private const long MostNumbers = 1 << 20;

    /// <summary>In the tensor's own dtype.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> AsStored(Tensor tensor) => Pieces(tensor, Stored);

    /// <summary>As float32; exact for float32 and bfloat16.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> AsSingles(Tensor tensor) => Pieces(tensor, piece => Bytes(piece.ToSingles()));

    /// <summary>As <paramref name="bytes"/> makes them of some rows.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(Tensor tensor, Func<Tensor, byte[]> bytes)
    {
        if (tensor.numel() <= MostNumbers) { return [bytes(tensor)]; }
        var rows = (int)tensor.shape[0];
        var step = (int)Math.Max(1, MostNumbers * rows / tensor.numel());
        var pieces = (rows + step - 1) / step;
        return Enumerable.Range(0, pieces).Select(i => Rows(tensor, i * step, Math.Min(rows, (i + 1) * step), bytes));
    }

    private static ReadOnlyMemory<byte> Rows(Tensor tensor, int begin, int end, Func<Tensor, byte[]> bytes)
    {
        using var scope = torch.NewDisposeScope();
        return bytes(tensor[begin..end]);
    }

    private static byte[] Stored(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Int64 => Bytes(tensor.ToInt64s()),
        ScalarType.BFloat16 => Bytes(Array.ConvertAll(tensor.ToSingles(), UpperHalf)),
        _ => Bytes(tensor.ToSingles()),
    };

    /// <summary>The bits of a bfloat16 that was widened.</summary>
    private static ushort UpperHalf(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);

    private static byte[] Bytes<T>(T[] numbers)
        where T : unmanaged => MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
}
