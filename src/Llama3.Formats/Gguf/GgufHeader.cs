using System.Buffers.Binary;
using System.Numerics;
using Llama3.Formats.Input;

namespace Llama3.Formats.Gguf;

/// <summary>The start of a GGUF file: what it says of the model, and its tensors.</summary>
/// <param name="metadata">What it says of the model.</param>
/// <param name="tensors">The tensors, in the order of the file.</param>
/// <param name="begin">Where the header ends and the numbers begin.</param>
internal sealed record GgufHeader(GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors, long begin)
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int LeastBytesOfKey = 13;
    private const int DefaultAlignment = 32;

    /// <summary>Reads the header of a file, and nothing else.</summary>
    /// <param name="file">Seekable, of any length.</param>
    /// <param name="path">Its name in messages.</param>
    /// <exception cref="InvalidDataException">The file is not a whole GGUF file that can be read.</exception>
    /// <exception cref="BadInputException">A field has a bad value.</exception>
    public static GgufHeader Read(Stream file, string path)
    {
        using var reader = new GgufReader(file);
        RequireGguf(reader);
        var tensors = reader.Count("the number of tensors", GgufTensor.LeastBytes);
        var metadata = new GgufMetadata(reader, reader.Count("the number of keys", LeastBytesOfKey), file, path);
        var entries = new List<GgufTensor>();
        for (var i = 0L; i < tensors; i++) { entries.Add(GgufTensor.Read(reader)); }
        var alignment = Alignment(metadata.Fields);
        var begin = (reader.Position + alignment - 1) / alignment * alignment;
        RequireFit(entries, alignment, file.Length - begin);
        return new(metadata, entries, begin);
    }

    private static void RequireGguf(GgufReader reader)
    {
        if (reader.Length < sizeof(uint) || reader.UInt32("the file's first bytes") != Magic)
        {
            throw new InvalidDataException("it does not begin with \"GGUF\": expected a GGUF file, as llama.cpp reads it");
        }
        var version = reader.UInt32("the version");
        if (version is 2 or 3) { return; }
        throw new InvalidDataException(BinaryPrimitives.ReverseEndianness(version) is 2 or 3
            ? "it is a big-endian GGUF file; only little-endian ones can be read"
            : $"it is version {version} of GGUF; versions 2 and 3 can be read");
    }

    private static int Alignment(JsonFields fields)
    {
        const string Key = "general.alignment";
        if (fields.IsNull(Key)) { return DefaultAlignment; }
        var alignment = fields.Integer(Key, 1 << 20);
        return BitOperations.IsPow2(alignment) ? alignment : throw fields.Error(Key, "a power of 2");
    }

    private static void RequireFit(List<GgufTensor> tensors, int alignment, long length)
    {
        if (tensors.CountBy(tensor => tensor.name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
        {
            throw new InvalidDataException($"the tensor {Printable.Text(twice)} comes twice");
        }
        var before = default(GgufTensor);
        foreach (var tensor in tensors.OrderBy(tensor => tensor.begin))
        {
            if (tensor.begin % alignment != 0) { throw new InvalidDataException($"the tensor {tensor} begins at {tensor.begin}, expected a multiple of {alignment}"); }
            if (before is not null && tensor.begin < before.end)
            {
                throw new InvalidDataException($"the tensor {tensor} begins at {tensor.begin}, before {before} ends at {before.end}");
            }
            if ((Int128)tensor.begin + tensor.info.bytes > length)
            {
                throw new InvalidDataException(
                    $"the tensor {tensor} takes {tensor.info.bytes} bytes at {tensor.begin}, but {Math.Max(0, length)} follow the header; is the file cut off?");
            }
            before = tensor;
        }
    }
}
