using System.Text;
using System.Text.RegularExpressions;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>Cuts a text by a pattern; what lies between two matches is a piece too.</summary>
/// <remarks>
/// .NET takes a character beyond U+FFFF for two. Each such one is replaced by one of its kind, the pattern cuts that text, and the original
/// is cut at the same places.
/// </remarks>
internal sealed class RegexCut(string pattern)
{
    private const char Letter = 'ж', Number = '①', Symbol = '☺';

    private readonly Regex _pattern = new(pattern, RegexOptions.CultureInvariant);

    /// <summary>The pieces; all joined give the text.</summary>
    public IEnumerable<string> Pieces(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        var done = 0;
        foreach (Match match in _pattern.Matches(string.Concat(runes.Select(Short))))
        {
            if (match.Length == 0) { continue; }
            if (match.Index > done) { yield return Text(runes, done, match.Index); }
            done = match.Index + match.Length;
            yield return Text(runes, match.Index, done);
        }
        if (done < runes.Length) { yield return Text(runes, done, runes.Length); }
    }

    private static char Short(Rune rune) => rune.IsBmp ? (char)rune.Value : Rune.IsLetter(rune) ? Letter : Rune.IsNumber(rune) ? Number : Symbol;

    private static string Text(Rune[] runes, int start, int end) => string.Concat(runes[start..end]);
}
