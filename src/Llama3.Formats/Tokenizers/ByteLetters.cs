namespace Llama3.Formats.Tokenizers;

/// <summary>GPT-2's spelling of bytes as visible letters (bytes_to_unicode), which byte-level vocabularies in JSON use.</summary>
internal static class ByteLetters
{
    private static readonly char[] Letters = Assign();
    private static readonly short[] Values = Invert();

    /// <summary>One letter per byte: " the" is "Ġthe".</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var letters = new char[bytes.Length];
        for (var i = 0; i < letters.Length; i++) { letters[i] = Letters[bytes[i]]; }
        return new string(letters);
    }

    /// <summary>Writes the bytes of such letters, one per letter.</summary>
    /// <returns>Whether every letter is such a letter.</returns>
    public static bool TryRead(ReadOnlySpan<char> letters, Span<byte> bytes)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] >= Values.Length || Values[letters[i]] < 0) { return false; }
            bytes[i] = (byte)Values[letters[i]];
        }
        return true;
    }

    /// <summary>The bytes of such letters; null if there are none, or others among them.</summary>
    public static byte[]? Read(string letters)
    {
        var bytes = new byte[letters.Length];
        return letters.Length > 0 && TryRead(letters, bytes) ? bytes : null;
    }

    private static short[] Invert()
    {
        var values = new short[Letters.Max() + 1];
        Array.Fill(values, (short)-1);
        foreach (var (value, letter) in Letters.Index()) { values[letter] = (short)value; }
        return values;
    }

    /// <summary>A byte that is a visible letter of Latin-1 stands for itself; the others get U+0100, U+0101, … in their order.</summary>
    private static char[] Assign()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(value => IsVisible((char)value) ? (char)value : next++)];
    }

    private static bool IsVisible(char letter) => letter is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ');
}
