using System.Text;

namespace Llama3.Formats.Tokenizers;

/// <summary>
/// Cuts a text into the pieces within which bytes are merged: words with their leading space, up to three digits,
/// punctuation, white space. It finds the matches of Llama 3's pattern (<see cref="TokenizerJson.Pattern"/>), as Rust's regex finds them.
/// </summary>
/// <remarks>
/// Written by hand because .NET's regular expressions take a letter beyond U+FFFF for two units that are not letters. A lone
/// surrogate counts as U+FFFD.
/// </remarks>
internal static class TextSplitter
{
    private const int MostDigits = 3;

    private static readonly Class[] Classes = [.. Enumerable.Range(0, char.MaxValue + 1).Select(value => ClassOf((char)value))];

    private enum Class : byte
    {
        Symbol,
        Letter,
        Number,
        Space,
        LineEnd,
        Surrogate,
    }

    /// <summary>
    /// The end of the piece of <paramref name="text"/> that begins at <paramref name="start"/>; all pieces joined give the text.
    /// </summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var first = ClassAt(text, start, out var next);
        return first switch
        {
            Class.Letter => Skip(text, next, Class.Letter),
            Class.Number => Skip(text, next, Class.Number, MostDigits - 1),
            Class.LineEnd => SpaceEnd(text, start),
            _ when text[start] == '\'' && Contraction(text[next..]) is > 0 and var length => next + length,
            _ when ClassAt(text, next, out var second) is Class.Letter => Skip(text, second, Class.Letter),
            Class.Symbol => SymbolsEnd(text, next),
            _ when text[start] == ' ' && ClassAt(text, next, out var second) is Class.Symbol => SymbolsEnd(text, second),
            _ => SpaceEnd(text, start),
        };
    }

    /// <summary>All pieces of a text.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var pieces = new List<string>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = End(text, start);
            pieces.Add(text[start..end]);
        }
        return pieces;
    }

    /// <summary>(?i:'s|'t|'re|'ve|'m|'ll|'d) without the apostrophe; in Rust, ſ (U+017F) is an s of another case.</summary>
    private static int Contraction(ReadOnlySpan<char> text) => text switch
    {
        ['s' or 'S' or 'ſ' or 't' or 'T' or 'm' or 'M' or 'd' or 'D', ..] => 1,
        ['r' or 'R' or 'v' or 'V', 'e' or 'E', ..] or ['l' or 'L', 'l' or 'L', ..] => 2,
        _ => 0,
    };

    /// <summary>[^\s\p{L}\p{N}]*[\r\n]*.</summary>
    private static int SymbolsEnd(ReadOnlySpan<char> text, int index) => Skip(text, Skip(text, index, Class.Symbol), Class.LineEnd);

    /// <summary>\s*[\r\n]+|\s+(?!\S)|\s+: up to the last line end; or all white space, except the last character before other text.</summary>
    private static int SpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && Classes[text[end]] is Class.Space or Class.LineEnd) { end++; }
        var line_end = text[start..end].LastIndexOfAny('\r', '\n');
        if (line_end >= 0) { return start + line_end + 1; }
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }

    private static int Skip(ReadOnlySpan<char> text, int index, Class wanted, int most = int.MaxValue)
    {
        for (var count = 0; count < most && ClassAt(text, index, out var next) == wanted; count++) { index = next; }
        return index;
    }

    /// <summary>The class of the code point at <paramref name="index"/>, null at the end; <paramref name="next"/> is the index after it.</summary>
    private static Class? ClassAt(ReadOnlySpan<char> text, int index, out int next)
    {
        next = index + 1;
        if (index >= text.Length) { return null; }
        var found = Classes[text[index]];
        if (found != Class.Surrogate) { return found; }
        Rune.DecodeFromUtf16(text[index..], out var rune, out var length);
        next = index + length;
        return Rune.IsLetter(rune) ? Class.Letter : Rune.IsNumber(rune) ? Class.Number : Class.Symbol;
    }

    private static Class ClassOf(char letter) => letter switch
    {
        '\r' or '\n' => Class.LineEnd,
        _ when char.IsSurrogate(letter) => Class.Surrogate,
        _ when char.IsLetter(letter) => Class.Letter,
        _ when char.IsNumber(letter) => Class.Number,
        _ => char.IsWhiteSpace(letter) ? Class.Space : Class.Symbol,
    };
}
