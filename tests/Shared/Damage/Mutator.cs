using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Llama3.Tests.Damage;

/// <summary>Damages inputs of a reader.</summary>
/// <param name="random">What is chosen; the same seed makes the same inputs.</param>
/// <param name="reader">The reader.</param>
internal sealed class Mutator(Random random, InputReader reader)
{
    /// <summary>Numbers at which something ends: a sign, a size of memory, a limit of the readers.</summary>
    private static readonly long[] Limits =
    [
        0, 1, 2, 3, 4, 7, 8, 16, 32, 63, 64, 65, 100, 127, 128, 255, 256, 1000, 1024, 1 << 12, short.MaxValue, 1 << 15, ushort.MaxValue, 1 << 16, 1 << 20, 1 << 24, 1 << 25,
        1 << 30, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 40, 1L << 61, 1L << 62, long.MaxValue - 7, long.MaxValue, long.MinValue, -1, -2, -8, -128,
    ];

    /// <summary>What JSON, Python's dicts and other texts are made of.</summary>
    private static readonly string[] Words =
    [
        "0", "1", "-1", "-0", "1e3", "0.5", "1e999", "1e-999", "2147483647", "2147483648", "4294967296", "4611686018427387904", "9223372036854775807", "18446744073709551615",
        "null", "true", "false", "NaN", "Infinity", "[", "]", "{", "}", "(", ")", "[]", "{}", "\"\"", "\"", "'", ",", ":", " ", "\n", "\r\n", "\t", "\0", "\\", "\\u0000", "\\ud800",
        "\\n", "\u2028", "\u202e", "\ud83e\udd99", "\ufeff", "é", "\u001b[31m", "..", "/", new('a', 2000), new('[', 100), "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":",
    ];

    private readonly byte[][] _words = [.. Words.Concat(reader.Words).Concat(reader.Words).Select(Encoding.UTF8.GetBytes)];

    /// <summary>One to eight changes, in all of it or in a part of which a file of this kind is made.</summary>
    /// <param name="input">An input.</param>
    /// <param name="other">Another, of which parts are taken.</param>
    public byte[] Damage(byte[] input, byte[] other)
    {
        var changed = random.Next(3) == 0 ? Change(input, other) : reader.Form.Change(input, part => Change(part, other), random);
        return changed.Length > reader.MostBytes ? changed[..reader.MostBytes] : changed;
    }

    private byte[] Change(byte[] input, byte[] other)
    {
        var bytes = input.ToList();
        for (var changes = 1 << Math.Max(0, random.Next(5) - 1); changes > 0; changes--) { Change(bytes, other); }
        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        var (at, end) = Place(bytes);
        switch (random.Next(14))
        {
            case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : end - at); break;
            case 3: bytes.InsertRange(Place(bytes).At, bytes.GetRange(at, end - at)); break;
            case 4: Put(bytes, Place(bytes).At, [.. bytes.GetRange(at, end - at)]); break;
            case 5: bytes.InsertRange(at, Word); break;
            case 6: Put(bytes, at, Word); break;
            case 7 or 8: Put(bytes, at, Number(bytes, at)); break;
            case 9: ReplaceDigits(bytes, at); break;
            case 10: bytes.InsertRange(at, Part(other)); break;
            case 11: Replace(bytes, at, end - at, Part(other)); break;
            default: JsonParts.Change(random, bytes, random.Next(2) == 0 ? other : [.. bytes]); break;
        }
    }

    private byte[] Word => _words[random.Next(_words.Length)];

    /// <summary>A place, half of them where the input begins, and one shortly after it.</summary>
    private (int At, int End) Place(List<byte> bytes)
    {
        var at = random.Next((random.Next(2) == 0 ? Math.Min(bytes.Count, 300) : bytes.Count) + 1);
        return (at, Math.Min(at + 1 + random.Next(1 << random.Next(7)), bytes.Count));
    }

    private byte[] Part(byte[] other)
    {
        if (other.Length == 0) { return []; }
        var at = random.Next(other.Length);
        return other[at..Math.Min(other.Length, at + 1 + random.Next(1 << random.Next(9)))];
    }

    /// <summary>A limit, or a neighbour of the number that stands there; in 1 to 8 bytes of either order.</summary>
    private byte[] Number(List<byte> bytes, int at)
    {
        var (size, number) = (1 << random.Next(4), new byte[8]);
        var isBigEndian = random.Next(8) == 0;
        bytes.Skip(at).Take(size).ToArray().CopyTo(number, isBigEndian ? 8 - size : 0);
        var stands = isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(number) : BinaryPrimitives.ReadInt64LittleEndian(number);
        var chosen = random.Next(2) == 0 ? Limits[random.Next(Limits.Length)] : stands + random.Next(-8, 9);
        if (isBigEndian) { BinaryPrimitives.WriteInt64BigEndian(number, chosen); }
        else { BinaryPrimitives.WriteInt64LittleEndian(number, chosen); }
        return isBigEndian ? number[^size..] : number[..size];
    }

    /// <summary>Puts a word, a limit, or a neighbouring number in the place of the next number in the text.</summary>
    private void ReplaceDigits(List<byte> bytes, int from)
    {
        var at = bytes.FindIndex(from, letter => char.IsAsciiDigit((char)letter));
        if (at < 0) { return; }
        var end = bytes.FindIndex(at, letter => !char.IsAsciiDigit((char)letter));
        var length = Math.Min((end < 0 ? bytes.Count : end) - at, 18);
        var number = long.Parse(Encoding.ASCII.GetString([.. bytes.GetRange(at, length)]), CultureInfo.InvariantCulture);
        Replace(bytes, at, length, random.Next(3) switch
        {
            0 => Word,
            1 => Encoding.ASCII.GetBytes($"{Limits[random.Next(Limits.Length)]}"),
            _ => Encoding.ASCII.GetBytes($"{number + random.Next(-2, 3)}"),
        });
    }

    private static void Put(List<byte> bytes, int at, byte[] put) => Replace(bytes, at, Math.Min(put.Length, bytes.Count - at), put);

    private static void Replace(List<byte> bytes, int at, int length, byte[] by)
    {
        bytes.RemoveRange(at, length);
        bytes.InsertRange(at, by);
    }
}
