using System.Globalization;
using System.Text;

namespace Llama3.Formats.Gguf;

/// <summary>Reads the start of a GGUF file. What a count or a length promises must be in the file: nothing is allocated for what is not there.</summary>
/// <param name="file">Seekable; stays open.</param>
internal sealed class GgufReader(Stream file) : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int LongestText = 1 << 24;

    private readonly BinaryReader _reader = new(new BufferedStream(file, BufferSize), Encoding.UTF8, leaveOpen: true);

    /// <summary>The next byte to be read.</summary>
    public long Position
    {
        get => _reader.BaseStream.Position;
        set => _reader.BaseStream.Position = value;
    }

    /// <summary>How many bytes the file has.</summary>
    public long Length { get; } = file.Length;

    /// <summary>The next 32 bits.</summary>
    public uint UInt32(string what)
    {
        Require(sizeof(uint), what);
        return _reader.ReadUInt32();
    }

    /// <summary>The next 64 bits: a count, a length or an offset.</summary>
    public long Count(string what)
    {
        Require(sizeof(ulong), what);
        return Whole(_reader.ReadUInt64(), what);
    }

    /// <summary>How many things follow, of which each takes some bytes at least.</summary>
    public long Count(string what, int bytes)
    {
        var count = Count(what);
        if (count > (Length - Position) / bytes) { throw new InvalidDataException($"{what} is {count}, more than the file has room for; is it cut off, or damaged?"); }
        return count;
    }

    /// <summary>The next text: its length, and UTF-8.</summary>
    public string Text(string what)
    {
        var length = Count($"the length of {what}", 1);
        if (length > LongestText) { throw new InvalidDataException($"{what} has {length} bytes, expected at most {LongestText}"); }
        return Encoding.UTF8.GetString(_reader.ReadBytes((int)length));
    }

    /// <summary>The next number or truth value: a long, double or bool; of UInt64 a ulong.</summary>
    public object Scalar(GgufValueType type, string what)
    {
        Require(type.Bytes, what);
        return type.Kind switch
        {
            GgufKind.UInt8 => (long)_reader.ReadByte(),
            GgufKind.Int8 => (long)_reader.ReadSByte(),
            GgufKind.UInt16 => (long)_reader.ReadUInt16(),
            GgufKind.Int16 => (long)_reader.ReadInt16(),
            GgufKind.UInt32 => (long)_reader.ReadUInt32(),
            GgufKind.Int32 => (long)_reader.ReadInt32(),
            GgufKind.UInt64 => _reader.ReadUInt64(),
            GgufKind.Int64 => _reader.ReadInt64(),
            GgufKind.Bool => _reader.ReadByte() != 0,
            GgufKind.Float32 => Shortest(_reader.ReadSingle()),
            _ => _reader.ReadDouble(),
        };
    }

    /// <summary>Goes over some bytes.</summary>
    public void Skip(long bytes, string what)
    {
        Require(bytes, what);
        Position += bytes;
    }

    /// <summary>Gives up the buffer, and leaves the file open.</summary>
    public void Dispose() => _reader.Dispose();

    private void Require(long bytes, string what)
    {
        if (bytes > Length - Position)
        {
            throw new InvalidDataException($"{what} takes {bytes} bytes at {Position}, but the file ends at {Length}; is it cut off, or damaged?");
        }
    }

    /// <summary>A float32 as the decimal number that was meant: 1e-5, and not 9.999999747378752e-06.</summary>
    private static double Shortest(float number) => double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static long Whole(ulong number, string what) => number <= long.MaxValue
        ? (long)number
        : throw new InvalidDataException($"{what} is {number}, expected at most {long.MaxValue}");
}
