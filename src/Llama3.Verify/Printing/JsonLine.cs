using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Verify.Printing;

/// <summary>A JSON value on a line: a text, or a list of token ids.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a text; half a surrogate pair stays as it is written.</summary>
    /// <exception cref="BadInputException">The line is not a JSON string.</exception>
    public static string Text(byte[] line) => Parse(line, "a JSON string, such as \"hello\"", (ref reader) =>
        reader.TokenType == JsonTokenType.String ? JsonString.Unescape(Encoding.UTF8.GetString(reader.ValueSpan)) : null);

    /// <summary>Reads a list of ids.</summary>
    /// <exception cref="BadInputException">The line is not a JSON array of integers.</exception>
    public static List<int> Ids(byte[] line) => Parse(line, "a JSON array of token ids, such as [15339, 1917]", Ids);

    /// <summary>Writes a text.</summary>
    public static string Of(string text) => JsonSerializer.Serialize(text, Options);

    /// <summary>Writes a list of ids.</summary>
    public static string Of(IEnumerable<int> ids) => $"[{string.Join(',', ids)}]";

    private delegate T? Read<T>(ref Utf8JsonReader reader);

    private static T Parse<T>(byte[] line, string expected, Read<T> read)
        where T : class
    {
        try
        {
            var reader = new Utf8JsonReader(Utf8BomSkipped(line));
            reader.Read();
            if (read(ref reader) is { } value && !reader.Read()) { return value; }
        }
        catch (JsonException)
        {
            // The exception below says what was expected. The message of the reader counts its own lines and bytes.
        }
        throw new BadInputException($"expected {expected}");
    }

    private static ReadOnlySpan<byte> Utf8BomSkipped(ReadOnlySpan<byte> line) =>
        line.StartsWith(Encoding.UTF8.Preamble) ? line[Encoding.UTF8.Preamble.Length..] : line;

    private static List<int>? Ids(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) { return null; }
        var ids = new List<int>();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var id)) { ids.Add(id); }
        return reader.TokenType == JsonTokenType.EndArray ? ids : null;
    }
}
