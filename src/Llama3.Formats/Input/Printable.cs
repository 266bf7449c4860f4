using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Llama3.Formats.Input;

/// <summary>Makes text from a file fit for a message.</summary>
internal static class Printable
{
    private const int MostShown = 80;

    /// <summary>The text without control characters, so that a message stays one line, and cut to a readable length.</summary>
    public static string Text(string text) => text.Length > MostShown ? Line(text[..MostShown]) + "…" : Line(text);

    /// <summary>The text without control characters.</summary>
    public static string Line(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>"[128256, 4096]", as torch writes shapes; indices too. The managed engine, which knows nothing of files, has its own.</summary>
    public static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Text in quotes, with control characters escaped as in JSON; letters of all scripts and emoji as they are.</summary>
    public static string Quoted(string text) => $"\"{string.Concat(text.EnumerateRunes().Select(Shown))}\"";

    /// <summary>The encoder escapes every surrogate pair, visible or not.</summary>
    private static string Shown(Rune rune) => !rune.IsBmp && IsVisible(rune)
        ? rune.ToString()
        : JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(rune.ToString());

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
