using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Llama3.Formats.Input;

/// <summary>Makes text from a file fit for a message.</summary>
internal static class Printable
{
    private const int MostShown = 80;
    private const int MostTags = 7;
    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D, BlackFlag = 0x1F3F4;

    /// <summary>The text without control characters, so that a message stays one line, and cut to a readable length.</summary>
    public static string Text(string text) => text.Length > MostShown ? Line(text[..MostShown]) + "…" : Line(text);

    /// <summary>The text without control characters, and without what breaks a line or turns its direction.</summary>
    public static string Line(string text) => string.Concat(text.Select(letter => IsLetter(letter) ? letter : '?'));

    /// <summary>"[128256, 4096]", as torch writes shapes; indices too. The managed engine, which knows nothing of files, has its own.</summary>
    public static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>
    /// Text in quotes, with control characters escaped as in JSON; letters of all scripts and emoji as they are. What nobody sees is escaped too:
    /// what turns the direction of a line, and what joins letters or emoji where it joins none, as in a token of its own.
    /// </summary>
    public static string Quoted(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        return $"\"{string.Concat(runes.Select((rune, at) => Joins(runes, at) ? rune.ToString() : Shown(rune)))}\"";
    }

    /// <summary>The encoder escapes every surrogate pair, visible or not, and not every rune that is invisible.</summary>
    private static string Shown(Rune rune) =>
        !IsVisible(rune) ? string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:X4}"))
        : rune.IsBmp ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(rune.ToString())
        : rune.ToString();

    /// <summary>A joiner is seen in what it joins: 👨‍👩‍👧 and Persian words. So is a selector after an emoji, and the letters of Scotland's flag.</summary>
    private static bool Joins(Rune[] runes, int at) => at > 0 && (runes[at].Value is ZeroWidthJoiner or ZeroWidthNonJoiner
        ? at + 1 < runes.Length && IsJoined(runes[at - 1]) && IsJoined(runes[at + 1])
        : IsTag(runes[at]) ? IsOfFlag(runes, at)
        : IsSelector(runes[at]) && IsVisible(runes[at - 1]));

    /// <summary>Whether a flag comes before the tag, with nothing but tags between.</summary>
    private static bool IsOfFlag(Rune[] runes, int at) =>
        Array.FindLastIndex(runes, at - 1, Math.Min(at, MostTags), rune => !IsTag(rune)) is var flag and >= 0 && runes[flag].Value == BlackFlag;

    private static bool IsJoined(Rune rune) => !rune.IsAscii && (IsVisible(rune) || IsSelector(rune));

    private static bool IsVisible(Rune rune) => !IsSelector(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static bool IsSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsTag(Rune rune) => rune.Value is >= 0xE0020 and <= 0xE007F;

    private static bool IsLetter(char letter) => letter is (char)ZeroWidthJoiner or (char)ZeroWidthNonJoiner || char.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
