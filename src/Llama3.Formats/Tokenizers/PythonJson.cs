using System.Globalization;
using System.Text;
using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>JSON as Python's json.dumps writes it, which templates put into texts: its blanks are tokens.</summary>
internal static class PythonJson
{
    /// <summary>A value.</summary>
    /// <param name="value">Any value; numbers stay as they are written.</param>
    /// <param name="ascii">Whether letters beyond ASCII are escaped, as json.dumps does unless it is told otherwise.</param>
    /// <param name="indent">How far each level is indented; null for all on one line.</param>
    public static string Of(JsonElement value, bool ascii = true, int? indent = null)
    {
        var text = new StringBuilder();
        Write(value, ascii, indent, 0, text);
        return text.ToString();
    }

    /// <summary>A text in quotes.</summary>
    public static string Text(string text, bool ascii = true) => $"\"{string.Concat(text.Select(letter => Escaped(letter, ascii)))}\"";

    /// <summary>The text that stands in quotes.</summary>
    public static string Unquoted(string text) => JsonString.Unescape(text[1..^1]);

    private static void Write(JsonElement value, bool ascii, int? indent, int depth, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                List('{', '}', value.EnumerateObject(), entry =>
                {
                    text.Append(Text(entry.Name, ascii)).Append(": ");
                    Write(entry.Value, ascii, indent, depth + 1, text);
                });
                break;
            case JsonValueKind.Array:
                List('[', ']', value.EnumerateArray(), entry => Write(entry, ascii, indent, depth + 1, text));
                break;
            case JsonValueKind.String:
                text.Append(Text(value.GetString()!, ascii));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }

        void List<T>(char open, char close, IEnumerable<T> entries, Action<T> write)
        {
            text.Append(open);
            var isEmpty = true;
            foreach (var entry in entries)
            {
                text.Append(isEmpty ? "" : indent is null ? ", " : ",").Append(Line(depth + 1));
                write(entry);
                isEmpty = false;
            }
            text.Append(isEmpty ? "" : Line(depth)).Append(close);
        }

        string Line(int level) => indent is { } width ? "\n" + new string(' ', width * level) : "";
    }

    private static string Escaped(char letter, bool ascii) => letter switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
        > '\u007f' when ascii => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
        _ => $"{letter}",
    };
}
