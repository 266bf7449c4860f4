using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Safetensors;

/// <summary>Writes .safetensors files: eight bytes with the length of a JSON header, the header, then the numbers.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a whole file, the tensors of the widest dtype first, so that each begins at a multiple of its element's size.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="tensors">The tensors; no two of the same name.</param>
    /// <param name="metadata">Texts for the header, such as format = pt, which transformers expects.</param>
    /// <exception cref="ArgumentException">A name comes twice, or a tensor's bytes do not fit its dtype and shape.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        SafetensorsTensor[] ordered = [.. tensors.OrderByDescending(tensor => tensor.dtype.ElementSize())];
        var header = JsonSerializer.SerializeToUtf8Bytes(Header(ordered, metadata));
        var padding = new byte[(Alignment - (header.Length % Alignment)) % Alignment];
        padding.AsSpan().Fill((byte)' ');
        stream.Write(BitConverter.GetBytes((ulong)(header.Length + padding.Length)));
        stream.Write(header);
        stream.Write(padding);
        foreach (var tensor in ordered) { WriteNumbers(stream, tensor); }
    }

    private static OrderedDictionary<string, object> Header(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var header = new OrderedDictionary<string, object>();
        if (metadata is not null) { header.Add("__metadata__", metadata); }
        var at = 0L;
        foreach (var tensor in tensors)
        {
            header.Add(tensor.name, new { dtype = $"{tensor.dtype}", tensor.shape, data_offsets = new[] { at, at + tensor.size } });
            at += tensor.size;
        }
        return header;
    }

    private static void WriteNumbers(Stream stream, SafetensorsTensor tensor)
    {
        var written = 0L;
        foreach (var piece in tensor.bytes)
        {
            stream.Write(piece.Span);
            written += piece.Length;
        }
        if (written != tensor.size)
        {
            throw new ArgumentException(
                $"{tensor.name} has {written} bytes; {tensor.dtype} {Printable.Shape(tensor.shape)} takes {tensor.size}", nameof(tensor));
        }
    }
}
