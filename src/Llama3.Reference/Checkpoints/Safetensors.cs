using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Llama3.Reference.Checkpoints;

/// <summary>Reads a .safetensors file: eight bytes with the length of a JSON header, the header, then the numbers.</summary>
/// <remarks>But: a file is read whole, and F64, F16 and the integers other than I64 are not among the dtypes it knows.</remarks>
public static class Safetensors
{
    private const int LengthBytes = 8;

    /// <summary>All tensors by name.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="path">What to call the file in messages.</param>
    /// <exception cref="BadInputException">The file is not a whole .safetensors file.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(ReadOnlyMemory<byte> file, string path)
    {
        try
        {
            var header = Header(file);
            var numbers = file[(LengthBytes + header.Length)..];
            var entries = SafetensorsEntry.Parse(header);
            RequireNoGaps(entries, numbers.Length);
            return entries.ToDictionary(entry => entry.name, entry => Decode(entry, numbers.Span).DetachFromDisposeScope());
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{path}: {error.Message}", error);
        }
    }

    private static ReadOnlyMemory<byte> Header(ReadOnlyMemory<byte> file)
    {
        var length = file.Length < LengthBytes ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        return length > 0 && length <= (ulong)(file.Length - LengthBytes)
            ? file.Slice(LengthBytes, (int)length)
            : throw new InvalidDataException(
                $"the file has {file.Length} bytes and promises a header of {length}; it is not a safetensors file, or cut off");
    }

    /// <summary>As the format wants it, the tensors lie behind each other and fill the file.</summary>
    private static void RequireNoGaps(IEnumerable<SafetensorsEntry> entries, int length)
    {
        var at = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.begin).ThenBy(entry => entry.end))
        {
            if (entry.begin != at)
            {
                throw new InvalidDataException($"{entry} begins at {entry.begin}, expected {at}, where the tensor before it ends");
            }
            at = entry.end;
        }
        if (at != length)
        {
            throw new InvalidDataException($"the tensors take {at} bytes, but {length} follow the header; is the file cut off?");
        }
    }

    private static Tensor Decode(SafetensorsEntry entry, ReadOnlySpan<byte> numbers)
    {
        var bytes = numbers[(int)entry.begin..(int)entry.end];
        return entry.dtype switch
        {
            "BF16" => Tensor.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), entry.shape),
            "I64" => torch.tensor(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), entry.shape),
            "C64" => torch.view_as_complex(Tensor.FromSingles(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), [.. entry.shape, 2])),
            _ => Tensor.FromSingles(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), entry.shape),
        };
    }
}
