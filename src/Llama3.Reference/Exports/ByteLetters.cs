namespace Llama3.Reference.Exports;

/// <summary>GPT-2's way to write any bytes as visible letters (bytes_to_unicode), which byte-level vocabularies in JSON use.</summary>
internal static class ByteLetters
{
    private static readonly char[] Letters = Assign();

    /// <summary>One letter per byte: " the" is "Ġthe".</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var letters = new char[bytes.Length];
        for (var i = 0; i < letters.Length; i++) { letters[i] = Letters[bytes[i]]; }
        return new string(letters);
    }

    /// <summary>A byte that is a visible letter of Latin-1 stands for itself; the others get U+0100, U+0101, … in their order.</summary>
    private static char[] Assign()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(value => IsVisible((char)value) ? (char)value : next++)];
    }

    private static bool IsVisible(char letter) => letter is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ');
}
