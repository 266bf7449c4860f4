using System.Text.RegularExpressions;

namespace Llama3.Verify.Searching;

/// <summary>Text as the search sees it: words of Latin letters and digits in lower case, whatever stands between them.</summary>
internal static partial class Words
{
    private const int ShortestBeginning = 3;
    private const int LastLetters = 2;

    private static readonly HashSet<string> Small = ["a", "an", "and", "by", "for", "in", "is", "of", "on", "the", "to", "with"];

    /// <summary>"| rms norm rms norm | normalise each embedding |": phrases and their words, those too that begin with a capital letter.</summary>
    public static string Line(params IEnumerable<string> phrases) =>
        $"| {string.Join(" | ", phrases.Select(phrase => string.Join(' ', Of(Humps().Replace(phrase, " ")))))} |";

    /// <summary>The words of a text in lower case; British and American spelling come out alike.</summary>
    public static IEnumerable<string> Of(string text) =>
        Pieces().Matches(text).Select(piece => piece.Value.ToLowerInvariant().Replace("iz", "is", StringComparison.Ordinal));

    /// <summary>"rmsnorm", of "RMSNorm", "rms_norm" and "RMS norm" alike.</summary>
    public static string Squeezed(string text) => string.Concat(Of(text));

    /// <summary>The words that somebody looks for: not the small ones, and not numbers.</summary>
    public static IReadOnlyList<string> Asked(string text) => [.. Of(text).Where(word => !Small.Contains(word) && !word.All(char.IsDigit))];

    /// <summary>Whether a phrase of a line is this word, or this word taken apart.</summary>
    public static bool HasPhrase(string line, string word) => Has(line, $@"\| {Spaced(word)} \|");

    /// <summary>Whether a line has this word.</summary>
    public static bool HasWord(string line, string word) => Has(line, $" {Spaced(word)} ");

    /// <summary>Whether a line has a word that begins with this one; it may be taken apart, but not before its last letters.</summary>
    public static bool HasBeginning(string line, string word) =>
        Has(line, $" {Spaced(word[..^Math.Min(word.Length, LastLetters)])}{word[^Math.Min(word.Length, LastLetters)..]}");

    /// <summary>Whether a line has this word in any form, such as "rotated" for "rotation"; what is short must be there as it is.</summary>
    public static bool HasForm(string line, string word)
    {
        var stem = Endings().Replace(word, "");
        return HasWord(line, word)
            || (word.Length >= ShortestBeginning && HasBeginning(line, word))
            || (stem.Length > ShortestBeginning ? HasBeginning(line, stem) : HasWord(line, stem));
    }

    private static bool Has(string line, string pattern) => Regex.IsMatch(line, pattern, RegexOptions.CultureInvariant);

    private static string Spaced(string word) => string.Join(" ?", word.AsEnumerable());

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Pieces();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Humps();

    [GeneratedRegex("(?<=^.{4,})(ation|ion|ing|ies|ed|es|e|y)$|(?<=^.{3,})s$")]
    private static partial Regex Endings();
}
