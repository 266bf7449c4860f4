using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Llama3.Reference.Checkpoints;

/// <summary>Reads a .safetensors file: eight bytes with the length of a JSON header, the header, then the numbers.</summary>
/// <remarks>But: a file is read whole, and F64, F16 and the integers other than I64 are not among the dtypes it knows.</remarks>
public static class Safetensors
{
    /// <summary>All tensors by name.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="path">What to call the file in messages.</param>
    /// <exception cref="BadInputException">The file is not a whole .safetensors file.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(ReadOnlyMemory<byte> file, string path)
    {
        var header = Header(file, path);
        var numbers = file[(8 + header.Length)..];
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.EnumerateObject()
                .Where(entry => entry.Name != "__metadata__")
                .ToDictionary(entry => entry.Name, entry => ReadTensor(entry, numbers, path));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new BadInputException($"{path}: the header is not a safetensors header: {error.Message}", error);
        }
    }

    private static ReadOnlyMemory<byte> Header(ReadOnlyMemory<byte> file, string path)
    {
        var length = file.Length < 8 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (length is 0 || length > (ulong)(file.Length - 8))
        {
            throw new BadInputException($"{path}: the file has {file.Length} bytes and promises a header of {length}; it is not a safetensors file, or cut off");
        }
        return file.Slice(8, (int)length);
    }

    private static Tensor ReadTensor(JsonProperty entry, ReadOnlyMemory<byte> numbers, string path)
    {
        var dtype = entry.Value.GetProperty("dtype").GetString();
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        var offsets = entry.Value.GetProperty("data_offsets");
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        var expected = shape.Aggregate((UInt128)SizeOf(dtype, entry.Name, path), (product, size) => size < 0 ? UInt128.MaxValue : product * (UInt128)size);
        if (begin < 0 || end < begin || end > numbers.Length || (UInt128)(end - begin) != expected)
        {
            throw new BadInputException(
                $"{path}: {entry.Name} has dtype {dtype} and shape [{string.Join(", ", shape)}], {expected} bytes, " +
                $"but lies at {begin}..{end} of {numbers.Length} bytes");
        }
        return Decode(dtype, numbers[(int)begin..(int)end].Span, shape).DetachFromDisposeScope();
    }

    private static int SizeOf(string? dtype, string name, string path) => dtype switch
    {
        "BF16" => 2,
        "F32" => 4,
        "I64" or "C64" => 8,
        _ => throw new BadInputException($"{path}: {name} has dtype {dtype}; expected one of BF16, F32, I64, C64"),
    };

    private static Tensor Decode(string? dtype, ReadOnlySpan<byte> bytes, long[] shape) => dtype switch
    {
        "BF16" => Tensor.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), shape),
        "I64" => torch.tensor(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), shape),
        "C64" => torch.view_as_complex(Tensor.FromSingles(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), [.. shape, 2])),
        _ => Tensor.FromSingles(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape),
    };
}
