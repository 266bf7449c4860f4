using System.Text;

namespace Llama3.Formats.Gguf;

/// <summary>A tensor to be written to a GGUF file.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">The number of its type.</param>
/// <param name="shape">The sizes of its dimensions, as in PyTorch.</param>
/// <param name="size">How many bytes it has.</param>
/// <param name="bytes">The bytes, in one piece or several.</param>
internal sealed record GgufTensorToWrite(string name, uint type, IReadOnlyList<long> shape, long size, IEnumerable<ReadOnlyMemory<byte>> bytes);

/// <summary>Writes GGUF files of version 3: what is said of the model, the tensors' names and places, then their numbers.</summary>
internal static class GgufWriter
{
    private const uint Version = 3;
    private const int Alignment = 32;

    /// <summary>Writes a whole file.</summary>
    /// <param name="stream">The file, seekable.</param>
    /// <param name="metadata">Values by key: text, uint, float, bool, or an array of texts or ints.</param>
    /// <param name="tensors">The tensors.</param>
    public static void Write(Stream stream, IReadOnlyList<KeyValuePair<string, object>> metadata, IReadOnlyList<GgufTensorToWrite> tensors)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            WriteText(writer, key);
            writer.Write((uint)KindOf(value));
            WriteValue(writer, value);
        }
        var begin = 0L;
        foreach (var tensor in tensors)
        {
            WriteEntry(writer, tensor, begin);
            begin = Aligned(begin + tensor.size);
        }
        foreach (var tensor in tensors) { WriteNumbers(writer, tensor); }
        Pad(writer);
    }

    private static GgufKind KindOf(object value) => value switch
    {
        string => GgufKind.Text,
        uint => GgufKind.UInt32,
        int => GgufKind.Int32,
        float => GgufKind.Float32,
        bool => GgufKind.Bool,
        Array => GgufKind.Array,
        _ => throw new ArgumentException($"{value} cannot be written"),
    };

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text: WriteText(writer, text); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool truth: writer.Write(truth); break;
            case Array values:
                writer.Write((uint)(values is string[]? GgufKind.Text : GgufKind.Int32));
                writer.Write((ulong)values.Length);
                foreach (var one in values) { WriteValue(writer, one); }
                break;
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteEntry(BinaryWriter writer, GgufTensorToWrite tensor, long begin)
    {
        WriteText(writer, tensor.name);
        writer.Write((uint)tensor.shape.Count);
        foreach (var size in tensor.shape.Reverse()) { writer.Write((ulong)size); }
        writer.Write(tensor.type);
        writer.Write((ulong)begin);
    }

    private static void WriteNumbers(BinaryWriter writer, GgufTensorToWrite tensor)
    {
        Pad(writer);
        var begin = writer.BaseStream.Position;
        foreach (var piece in tensor.bytes) { writer.Write(piece.Span); }
        if (writer.BaseStream.Position - begin is var written && written != tensor.size)
        {
            throw new ArgumentException($"{tensor.name} has {written} bytes, expected {tensor.size}", nameof(tensor));
        }
    }

    private static void Pad(BinaryWriter writer) =>
        writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;
}
