using System.Text.RegularExpressions;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>Cuts a text at the special tokens that it names.</summary>
internal static class SpecialSplit
{
    /// <summary>
    /// The special tokens and the texts between them; of two that begin at one place, the one that comes first in
    /// <paramref name="names"/>.
    /// </summary>
    public static IEnumerable<string> Parts(string text, IReadOnlyCollection<string> names) =>
        names.Count == 0 ? [text] : Regex.Split(text, $"({string.Join('|', names.Select(Regex.Escape))})", RegexOptions.CultureInvariant);
}
