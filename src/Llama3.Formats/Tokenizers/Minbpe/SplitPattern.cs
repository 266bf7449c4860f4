using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>A pattern that splits texts, written for Python's module "regex", run by .NET's regular expressions.</summary>
internal sealed class SplitPattern
{
    /// <summary>GPT-2's pattern.</summary>
    public const string GPT2_SPLIT_PATTERN = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>GPT-4's pattern.</summary>
    public const string GPT4_SPLIT_PATTERN =
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";

    // In Python, (?i:s) matches U+017F too, and a possessive ++ does not give back characters that it took.
    private const string Gpt4InDotNet =
        @"'(?i:[sdmtſ]|ll|ve|re)|(?>[^\r\n\p{L}\p{N}]?)\p{L}+|\p{N}{1,3}| ?(?>[^\s\p{L}\p{N}]+)[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";

    /// <summary>.NET repeats the pattern, and then whatever in it is wrong, however long that is.</summary>
    private const int MostOfMessage = 300;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(10);
    private static readonly Dictionary<UnicodeCategory, char> StandIns = LastOfEachCategory();

    private readonly Regex _regex;

    /// <param name="pattern">A pattern that Python's module "regex" and .NET read alike.</param>
    /// <exception cref="BadInputException">The pattern is empty, or not a regular expression of .NET.</exception>
    public SplitPattern(string pattern)
    {
        if (pattern.Length == 0) { throw new BadInputException("the split pattern is empty: expected a regular expression, or a BasicTokenizer"); }
        try
        {
            _regex = new Regex(pattern == GPT4_SPLIT_PATTERN ? Gpt4InDotNet : pattern, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException error)
        {
            var message = error.Message.Replace(pattern, Printable.Text(pattern), StringComparison.Ordinal);
            var start = message[..Math.Min(message.Length, MostOfMessage)];
            throw new BadInputException($"the split pattern is not a regular expression that .NET knows: {Printable.Line(start)}", error);
        }
    }

    /// <summary>The matches in <paramref name="text"/>, from left to right.</summary>
    /// <exception cref="BadInputException">The pattern takes too long.</exception>
    public IEnumerable<string> Split(string text)
    {
        var (shadow, index, done) = (Shadow(text), 0, 0);
        for (var match = Match(() => _regex.Match(shadow)); match.Success; match = Match(match.NextMatch))
        {
            var start = Skip(text, index, match.Index - done);
            (index, done) = (Skip(text, start, match.Length), match.Index + match.Length);
            yield return text[start..index];
        }
    }

    private static Match Match(Func<Match> next)
    {
        try
        {
            return next();
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new BadInputException($"the split pattern looked for one match for more than {LongestMatch.TotalSeconds} seconds", error);
        }
    }

    /// <summary>One unit for each code point, as Python sees a text: beyond U+FFFF a rare letter of the same category.</summary>
    private static string Shadow(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
        ? string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp ? (char)rune.Value : StandIns[Rune.GetUnicodeCategory(rune)]))
        : text;

    private static int Skip(string text, int index, int code_points)
    {
        for (var count = 0; count < code_points; count++) { index += char.IsSurrogatePair(text, index) ? 2 : 1; }
        return index;
    }

    private static Dictionary<UnicodeCategory, char> LastOfEachCategory() => Enumerable.Range(0, char.MaxValue + 1)
        .Select(value => (char)value)
        .GroupBy(char.GetUnicodeCategory)
        .ToDictionary(group => group.Key, group => group.Last());
}
