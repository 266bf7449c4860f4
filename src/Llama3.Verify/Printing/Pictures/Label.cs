using System.Globalization;
using System.Text;

namespace Llama3.Verify.Printing.Pictures;

/// <summary>A token's text beside a row.</summary>
internal static class Label
{
    /// <summary>How many columns of the terminal it takes at most.</summary>
    public const int MostColumns = 12;

    private const int FirstWide = 0x1100;

    /// <summary>The text, or its beginning and "…"; a character that people see as one is not cut.</summary>
    public static string Shortened(string text)
    {
        if (Width(text) <= MostColumns) { return text; }
        var shown = new StringBuilder();
        var room = MostColumns - 1;
        var letters = StringInfo.GetTextElementEnumerator(text);
        while (letters.MoveNext() && (room -= Width(letters.GetTextElement())) >= 0) { shown.Append(letters.GetTextElement()); }
        return $"{shown}…";
    }

    /// <summary>The most columns that a terminal can take for it: two for what may be wide, such as Chinese and emoji.</summary>
    private static int Width(string text) => text.EnumerateRunes().Sum(rune => rune.Value < FirstWide ? 1 : 2);
}
