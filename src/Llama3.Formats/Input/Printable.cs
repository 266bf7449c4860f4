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
}
