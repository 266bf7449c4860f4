namespace Llama3.Formats.Tokenizers;

/// <summary>Methods of Python's text that differ from those of .NET.</summary>
internal static class PythonText
{
    /// <summary>Python's strip().</summary>
    public static string Strip(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start])) { start++; }
        while (end > start && IsSpace(text[end - 1])) { end--; }
        return text[start..end];
    }

    /// <summary>Python's isspace(): there the four separators of files, groups, records and units are white space too.</summary>
    public static bool IsSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\u001C' and <= '\u001F';
}
