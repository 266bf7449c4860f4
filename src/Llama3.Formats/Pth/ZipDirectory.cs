using System.Buffers.Binary;
using System.Text;

namespace Llama3.Formats.Pth;

/// <summary>
/// The places of the uncompressed entries of a zip archive, which can be mapped; .NET's ZipArchive does not tell them. Sizes and offsets
/// may have 64 bits.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndBytes = 22;
    private const int EntryBytes = 46;
    private const int LocalBytes = 30;
    private const int LongestComment = ushort.MaxValue;
    private const int MostBytes = 1 << 26;

    private readonly Stream _stream;
    private readonly Dictionary<string, (long Header, long Size)> _stored = [];

    /// <summary>Reads the directory at the end of the archive.</summary>
    /// <exception cref="InvalidDataException">There is no directory, or it is outside the file.</exception>
    public ZipDirectory(Stream stream)
    {
        _stream = stream;
        var (begin, size) = Find();
        if (begin < 0 || size is < 0 or > MostBytes || begin > stream.Length - size)
        {
            throw new InvalidDataException($"its directory of {size} bytes at {begin} is not within the file");
        }
        ReadOnlySpan<byte> rest = Read(begin, (int)size);
        while (rest.Length >= EntryBytes && rest.StartsWith("PK\u0001\u0002"u8)) { rest = Add(rest); }
    }

    /// <summary>Where the bytes of an entry begin and how many there are; null if the entry is compressed, encrypted or missing.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged there.</exception>
    public (long Begin, long Size)? Stored(string name)
    {
        if (!_stored.TryGetValue(name, out var entry)) { return null; }
        ReadOnlySpan<byte> header = Read(entry.Header, LocalBytes);
        return header.StartsWith("PK\u0003\u0004"u8)
            ? (entry.Header + LocalBytes + UInt16(header, 26) + UInt16(header, 28), entry.Size)
            : throw new InvalidDataException($"there is no entry at {entry.Header}");
    }

    /// <summary>The last record of the file points to the directory; where 32 bits are not enough, another record before it does.</summary>
    private (long Begin, long Size) Find()
    {
        var tail = (int)Math.Min(_stream.Length, EndBytes + LongestComment);
        ReadOnlySpan<byte> bytes = Read(_stream.Length - tail, tail);
        var at = bytes.LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || bytes.Length - at < EndBytes) { throw new InvalidDataException("its end is missing"); }
        var end = bytes[at..];
        if (UInt32(end, 16) < uint.MaxValue && UInt32(end, 12) < uint.MaxValue) { return (UInt32(end, 16), UInt32(end, 12)); }
        const int LocatorBytes = 20;
        const int End64Bytes = 56;
        ReadOnlySpan<byte> end64 = at < LocatorBytes ? [] : Read(Int64(bytes[(at - LocatorBytes)..], 8), End64Bytes);
        return end64.StartsWith("PK\u0006\u0006"u8)
            ? (Int64(end64, 48), Int64(end64, 40))
            : throw new InvalidDataException("its end for 64 bits is missing");
    }

    private ReadOnlySpan<byte> Add(ReadOnlySpan<byte> entry)
    {
        const int Encrypted = 1;
        var name = EntryBytes + UInt16(entry, 28);
        var extra = name + UInt16(entry, 30);
        var next = extra + UInt16(entry, 32);
        if (next > entry.Length) { throw new InvalidDataException("its directory is cut off"); }
        if (UInt16(entry, 10) == 0 && (UInt16(entry, 8) & Encrypted) == 0)
        {
            _stored.TryAdd(Encoding.UTF8.GetString(entry[EntryBytes..name]), Place(entry, entry[name..extra]));
        }
        return entry[next..];
    }

    /// <summary>Size and offset; those that need 64 bits are in an extra field, in this order.</summary>
    private static (long Header, long Size) Place(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        var wide = Extra64(extra);
        var (size, compressed, header) = (Take(entry, 24, ref wide), Take(entry, 20, ref wide), Take(entry, 42, ref wide));
        return size == compressed ? (header, size) : throw new InvalidDataException("an entry that is stored has two sizes");

        static long Take(ReadOnlySpan<byte> entry, int at, ref ReadOnlySpan<byte> wide)
        {
            if (UInt32(entry, at) is var narrow and < uint.MaxValue) { return narrow; }
            if (wide.Length < sizeof(long)) { throw new InvalidDataException("an entry lacks its 64-bit size"); }
            var value = Int64(wide, 0);
            wide = wide[sizeof(long)..];
            return value;
        }
    }

    private static ReadOnlySpan<byte> Extra64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var end = Math.Min(extra.Length, 4 + UInt16(extra, 2));
            if (UInt16(extra, 0) == 1) { return extra[4..end]; }
            extra = extra[end..];
        }
        return [];
    }

    private byte[] Read(long begin, int count)
    {
        if (begin < 0 || begin > _stream.Length - count) { throw new InvalidDataException($"it points to {begin}, beyond its end"); }
        var bytes = new byte[count];
        _stream.Position = begin;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
