using System.Text;
using System.Text.RegularExpressions;

namespace Llama3.Reference.Tokens;

/// <summary>
/// Cuts a text into the pieces within which bytes are merged: words with their leading space, up to three digits,
/// punctuation, white space.
/// </summary>
internal static partial class TextSplitter
{
    // Llama 3's pattern, but for 'ſ (U+017F): in Rust (?i:'s) matches it, in .NET it does not.
    private const string Pattern =
        @"(?i:'s|'ſ|'t|'re|'ve|'m|'ll|'d)|" + // contractions
        @"[^\r\n\p{L}\p{N}]?\p{L}+|" + // words, each with the space or sign before it
        @"\p{N}{1,3}|" + // digits, at most three together
        @" ?[^\s\p{L}\p{N}]+[\r\n]*|" + // punctuation and symbols
        @"\s*[\r\n]+|" + // line ends
        @"\s+(?!\S)|" + // white space, but for the last before a word
        @"\s+";

    /// <summary>
    /// The pieces of <paramref name="text"/>; joined, they give it back. Code points count as in Rust's regex, not UTF-16
    /// units: the pattern runs over a shadow of the text that has one unit per code point.
    /// </summary>
    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        foreach (Match match in Piece().Matches(Shadow(text)))
        {
            var end = Skip(text, start, match.Length);
            yield return text[start..end];
            start = end;
        }
    }

    private static string Shadow(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? string.Concat(text.EnumerateRunes().Select(Shadow)) : text;

    // Stands for its class only; "a" ends none of the contractions.
    private static char Shadow(Rune rune) =>
        rune.IsBmp ? (char)rune.Value : Rune.IsLetter(rune) ? 'a' : Rune.IsNumber(rune) ? '0' : '!';

    private static int Skip(string text, int index, int code_points)
    {
        for (var count = 0; count < code_points; count++) { index += char.IsSurrogatePair(text, index) ? 2 : 1; }
        return index;
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
