using System.Text;

namespace Llama3.Formats.Tokenizers;

/// <summary>What the patterns that cut a text tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>[^\s\p{L}\p{N}].</summary>
    Symbol,

    /// <summary>\p{L}.</summary>
    Letter,

    /// <summary>\p{N}.</summary>
    Number,

    /// <summary>\s, but no end of a line.</summary>
    Space,

    /// <summary>[\r\n].</summary>
    LineEnd,

    /// <summary>Half of a character beyond U+FFFF; no code point is of this class.</summary>
    Surrogate,
}

/// <summary>The classes of the characters of a text.</summary>
/// <remarks>
/// Written by hand because .NET's regular expressions take a letter beyond U+FFFF for two units that are not letters. A lone
/// surrogate counts as U+FFFD.
/// </remarks>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] Classes = [.. Enumerable.Range(0, char.MaxValue + 1).Select(value => Of((char)value))];

    /// <summary>The class of the code point at <paramref name="index"/>, null at the end; <paramref name="next"/> is the index after it.</summary>
    public static CharacterClass? ClassAt(ReadOnlySpan<char> text, int index, out int next)
    {
        next = index + 1;
        if (index >= text.Length) { return null; }
        var found = Classes[text[index]];
        if (found != CharacterClass.Surrogate) { return found; }
        Rune.DecodeFromUtf16(text[index..], out var rune, out var length);
        next = index + length;
        return Rune.IsLetter(rune) ? CharacterClass.Letter : Rune.IsNumber(rune) ? CharacterClass.Number : CharacterClass.Symbol;
    }

    /// <summary>The index after those of one class, <paramref name="most"/> of them at most.</summary>
    public static int Skip(ReadOnlySpan<char> text, int index, CharacterClass wanted, int most = int.MaxValue)
    {
        for (var count = 0; count < most && ClassAt(text, index, out var next) == wanted; count++) { index = next; }
        return index;
    }

    /// <summary>The index after all white space.</summary>
    public static int SkipSpace(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && Classes[text[index]] is CharacterClass.Space or CharacterClass.LineEnd) { index++; }
        return index;
    }

    private static CharacterClass Of(char letter) => letter switch
    {
        '\r' or '\n' => CharacterClass.LineEnd,
        _ when char.IsSurrogate(letter) => CharacterClass.Surrogate,
        _ when char.IsLetter(letter) => CharacterClass.Letter,
        _ when char.IsNumber(letter) => CharacterClass.Number,
        _ => char.IsWhiteSpace(letter) ? CharacterClass.Space : CharacterClass.Symbol,
    };
}
