using System.Buffers.Binary;
using Llama3.Formats.Input;

namespace Llama3.Formats.Safetensors;

/// <summary>The start of a .safetensors file: eight bytes with the length of a JSON object, and that object.</summary>
/// <param name="entries">The tensors in the order of the header; without gaps, they fill the file.</param>
/// <param name="begin">Where the header ends and the numbers begin.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, long begin)
{
    private const int LengthBytes = 8;
    private const int MostBytes = 100_000_000; // the format's own limit

    /// <summary>Reads the header of a file, and nothing else.</summary>
    /// <param name="file">Seekable, of any length.</param>
    /// <exception cref="InvalidDataException">The file is not a whole .safetensors file.</exception>
    public static SafetensorsHeader Read(Stream file)
    {
        file.Position = 0;
        Span<byte> start = stackalloc byte[LengthBytes];
        var read = file.ReadAtLeast(start, LengthBytes, throwOnEndOfStream: false);
        var length = read < LengthBytes ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length == 0 || length > (ulong)(file.Length - LengthBytes) || length > MostBytes)
        {
            throw new InvalidDataException($"the file has {file.Length} bytes and promises a header of {length}; "
                + (start.SequenceEqual("version "u8) ? "it is a Git LFS pointer: fetch the file itself with \"git lfs pull\""
                    : "it is not a safetensors file, or cut off"));
        }
        var entries = SafetensorsEntry.Parse(file.ReadNumbers<byte>((int)length));
        RequireNoGaps(entries, file.Length - file.Position);
        return new(entries, file.Position);
    }

    /// <summary>The format asks for tensors that follow each other without gaps and fill the file.</summary>
    private static void RequireNoGaps(IEnumerable<SafetensorsEntry> entries, long length)
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
}
