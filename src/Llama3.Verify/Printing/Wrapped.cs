namespace Llama3.Verify.Printing;

/// <summary>Text in lines that fit the terminal.</summary>
internal static class Wrapped
{
    /// <summary>Breaks a text at spaces; a word that is too long has a line of its own.</summary>
    /// <param name="text">The text.</param>
    /// <param name="first">The width of the first line.</param>
    /// <param name="rest">The width of the others.</param>
    public static IEnumerable<string> Lines(string text, int first, int rest)
    {
        var (line, width) = ("", first);
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length >= width)
            {
                yield return line;
                (line, width) = ("", rest);
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
