using System.Buffers.Binary;
using System.Text;

namespace Llama3.Formats.Tests.Pth;

/// <summary>Writes zip archives as torch.save does: entries stored as they are, padded so that they begin where they should.</summary>
internal static class StoredZip
{
    private const int Alignment = 64;

    /// <summary>The archive.</summary>
    /// <param name="entries">Names and contents.</param>
    /// <param name="shift">By how many bytes entries miss multiples of 64.</param>
    /// <param name="wide">Whether sizes and offsets are written with 64 bits, as in archives beyond 4 GB.</param>
    public static byte[] Write(IReadOnlyList<(string Name, byte[] Content)> entries, int shift = 0, bool wide = false)
    {
        using var file = new MemoryStream();
        var directory = new List<byte>();
        foreach (var (name, content) in entries)
        {
            var begin = file.Length;
            var padding = (int)((Alignment - ((begin + 34 + name.Length) % Alignment) + shift) % Alignment);
            byte[] padded = [.. Bytes16(0x4246), .. Bytes16(padding), .. new byte[padding]];
            file.Write(Header("PK\u0003\u0004", name, content.Length, padded, null, wide: false));
            file.Write(content);
            byte[] extra = wide ? [.. Bytes16(1), .. Bytes16(24), .. Bytes64(content.Length), .. Bytes64(content.Length), .. Bytes64(begin)] : [];
            directory.AddRange(Header("PK\u0001\u0002", name, content.Length, extra, begin, wide));
        }
        var at = file.Length;
        file.Write(directory.ToArray());
        if (wide)
        {
            byte[] places = [.. Bytes64(entries.Count), .. Bytes64(entries.Count), .. Bytes64(directory.Count), .. Bytes64(at)];
            file.Write([.. Encoding.Latin1.GetBytes("PK\u0006\u0006"), .. Bytes64(44), .. Bytes16(45), .. Bytes16(45), .. new byte[8], .. places]);
            file.Write([.. Encoding.Latin1.GetBytes("PK\u0006\u0007"), .. Bytes32(0), .. Bytes64(at + directory.Count), .. Bytes32(1)]);
        }
        byte[] count = wide ? [0xFF, 0xFF] : Bytes16(entries.Count);
        byte[] end = wide ? [.. Bytes32(-1), .. Bytes32(-1)] : [.. Bytes32(directory.Count), .. Bytes32((int)at)];
        file.Write([.. Encoding.Latin1.GetBytes("PK\u0005\u0006"), .. new byte[4], .. count, .. count, .. end, .. new byte[2]]);
        return file.ToArray();
    }

    /// <summary>A local header, or with an offset an entry of the directory.</summary>
    private static byte[] Header(string signature, string name, int size, byte[] extra, long? offset, bool wide)
    {
        byte[] versions = offset is null ? Bytes16(45) : [.. Bytes16(45), .. Bytes16(45)];
        var length = wide ? Bytes32(-1) : Bytes32(size);
        byte[] place = offset is null ? [] : [.. new byte[10], .. wide ? Bytes32(-1) : Bytes32((int)offset)];
        return
        [
            .. Encoding.Latin1.GetBytes(signature), .. versions, .. new byte[12], .. length, .. length,
            .. Bytes16(name.Length), .. Bytes16(extra.Length), .. place, .. Encoding.Latin1.GetBytes(name), .. extra,
        ];
    }

    private static byte[] Bytes16(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Bytes32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
