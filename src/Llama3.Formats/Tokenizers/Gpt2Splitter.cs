using static Llama3.Formats.Tokenizers.CharacterClasses;

namespace Llama3.Formats.Tokenizers;

/// <summary>
/// Cuts a text as GPT-2's pattern does: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal static class Gpt2Splitter
{
    /// <summary>The end of the piece that begins at <paramref name="start"/>.</summary>
    public static int End(ReadOnlySpan<char> text, int start) => End(text, start, digitByDigit: false);

    /// <summary>SmolLM's: numbers are cut out first, each digit on its own, and GPT-2's pattern cuts what is between them.</summary>
    public static int EndBetweenDigits(ReadOnlySpan<char> text, int start) => End(text, start, digitByDigit: true);

    private static int End(ReadOnlySpan<char> text, int start, bool digitByDigit)
    {
        var first = ClassAt(text, start, out var next);
        if (text[start] == '\'' && Contraction(text[next..]) is > 0 and var length) { return next + length; }
        if (text[start] == ' ' && ClassAt(text, next, out var second) is { } word && !IsSpace(word) && !(digitByDigit && word == CharacterClass.Number))
        {
            return Skip(text, second, word);
        }
        return IsSpace(first) ? SpaceEnd(text, start, digitByDigit)
            : digitByDigit && first == CharacterClass.Number ? next
            : Skip(text, next, first!.Value);
    }

    private static bool IsSpace(CharacterClass? found) => found is CharacterClass.Space or CharacterClass.LineEnd;

    private static int Contraction(ReadOnlySpan<char> text) => text switch
    {
        ['s' or 't' or 'm' or 'd', ..] => 1,
        ['r' or 'v', 'e', ..] or ['l', 'l', ..] => 2,
        _ => 0,
    };

    /// <summary>\s+(?!\S)|\s+: all white space, except the last character before other text. What is cut at a digit ends there.</summary>
    private static int SpaceEnd(ReadOnlySpan<char> text, int start, bool digitByDigit)
    {
        var end = SkipSpace(text, start);
        var beforeText = end < text.Length && !(digitByDigit && ClassAt(text, end, out _) == CharacterClass.Number);
        return beforeText && end - start > 1 ? end - 1 : end;
    }
}
