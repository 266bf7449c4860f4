namespace Llama3.Tests.Damage;

/// <summary>Changes values and members in what may be JSON, or a dict of Python, so that it stays so more often than by chance.</summary>
internal static class JsonParts
{
    /// <summary>Puts a part of <paramref name="other"/> in the place of a part, or beside it, or takes a part out.</summary>
    public static void Change(Random random, List<byte> bytes, byte[] other)
    {
        if (Part(random, [.. bytes]) is not var (at, length) || Part(random, other) is not var (from, count)) { return; }
        var part = other[from..(from + count)];
        switch (random.Next(4))
        {
            case 0:
                bytes.InsertRange(at, [.. part, (byte)',']);
                break;
            case 1:
                var comma = at + length < bytes.Count && bytes[at + length] == ',' ? 1 : 0;
                bytes.RemoveRange(at, length + comma);
                break;
            default:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, part);
                break;
        }
    }

    /// <summary>What begins after an opening bracket, a comma or a colon at random, up to the comma or the bracket that ends it.</summary>
    private static (int At, int Length)? Part(Random random, byte[] bytes)
    {
        if (bytes.Length == 0) { return null; }
        var from = random.Next(bytes.Length);
        var begin = bytes.AsSpan(from).IndexOfAny("[{(,:"u8);
        if (begin < 0) { return null; }
        var at = from + begin + 1;
        var (end, depth, quote) = (at, 0, (byte)0);
        for (; end < bytes.Length; end++)
        {
            var letter = bytes[end];
            if (quote != 0)
            {
                if (letter == '\\') { end++; }
                else if (letter == quote) { quote = 0; }
            }
            else if (letter is (byte)'"' or (byte)'\'') { quote = letter; }
            else if (letter is (byte)'[' or (byte)'{' or (byte)'(') { depth++; }
            else if (letter is (byte)']' or (byte)'}' or (byte)')' && depth-- == 0) { break; }
            else if (letter == ',' && depth == 0) { break; }
        }
        return (at, Math.Min(end, bytes.Length) - at);
    }
}
