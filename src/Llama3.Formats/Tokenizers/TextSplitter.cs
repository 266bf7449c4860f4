using static Llama3.Formats.Tokenizers.CharacterClasses;

namespace Llama3.Formats.Tokenizers;

/// <summary>
/// Cuts a text into the pieces within which bytes are merged: words with their leading space, up to three digits,
/// punctuation, white space. It finds the matches of Llama 3's pattern (<see cref="TokenizerJson.Pattern"/>), as Rust's regex finds them.
/// </summary>
internal static class TextSplitter
{
    private const int MostDigits = 3;

    /// <summary>
    /// The end of the piece of <paramref name="text"/> that begins at <paramref name="start"/>; all pieces joined give the text.
    /// </summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var first = ClassAt(text, start, out var next);
        return first switch
        {
            CharacterClass.Letter => Skip(text, next, CharacterClass.Letter),
            CharacterClass.Number => Skip(text, next, CharacterClass.Number, MostDigits - 1),
            CharacterClass.LineEnd => SpaceEnd(text, start),
            _ when text[start] == '\'' && Contraction(text[next..]) is > 0 and var length => next + length,
            _ when ClassAt(text, next, out var second) is CharacterClass.Letter => Skip(text, second, CharacterClass.Letter),
            CharacterClass.Symbol => SymbolsEnd(text, next),
            _ when text[start] == ' ' && ClassAt(text, next, out var second) is CharacterClass.Symbol => SymbolsEnd(text, second),
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
    private static int SymbolsEnd(ReadOnlySpan<char> text, int index) =>
        Skip(text, Skip(text, index, CharacterClass.Symbol), CharacterClass.LineEnd);

    /// <summary>\s*[\r\n]+|\s+(?!\S)|\s+: up to the last line end; or all white space, except the last character before other text.</summary>
    private static int SpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var end = SkipSpace(text, start);
        var line_end = text[start..end].LastIndexOfAny('\r', '\n');
        if (line_end >= 0) { return start + line_end + 1; }
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }
}
