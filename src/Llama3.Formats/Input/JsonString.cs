using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Llama3.Formats.Input;

/// <summary>Texts in JSON. Half a surrogate pair stays as it is written, where .NET's own reader refuses it.</summary>
internal static class JsonString
{
    /// <summary>The text of an element; null if it is something else.</summary>
    public static string? Of(JsonElement element) => element.ValueKind == JsonValueKind.String ? Unescape(element.GetRawText()[1..^1]) : null;

    /// <summary>Resolves the escapes of a text that a reader of JSON has accepted.</summary>
    public static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var (start, escape) = (0, 0); ; start = escape)
        {
            escape = text.IndexOf('\\', start);
            if (escape < 0) { return result.Append(text, start, text.Length - start).ToString(); }
            result.Append(text, start, escape - start).Append(Escaped(text.AsSpan(escape + 1)));
            escape += text[escape + 1] == 'u' ? 6 : 2;
        }
    }

    private static char Escaped(ReadOnlySpan<char> text) => text[0] switch
    {
        'u' => (char)ushort.Parse(text[1..5], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        var itself => itself,
    };
}
