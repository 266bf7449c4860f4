using System.Text.Json;

namespace Llama3.Formats.Input;

/// <summary>
/// JSON that describes a file, read strictly: a name that comes twice is refused. A field that is missing or of another kind gives null,
/// and the caller says what it expected.
/// </summary>
internal static class StrictJson
{
    public const string ExpectedShape = "a list of at most 64 integers from 0 on";
    private const int MostDimensions = 64; // as in torch and numpy

    /// <summary>The result of <paramref name="read"/> for a JSON object.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="error">The message if the JSON is not an object: "the header is not a JSON object".</param>
    /// <param name="read">Takes the object.</param>
    /// <param name="trailingCommas">Whether a list or object may end with a comma, as in Python.</param>
    /// <exception cref="InvalidDataException">The JSON is not an object, or <paramref name="read"/> throws.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> json, string error, Func<JsonElement, T> read, bool trailingCommas = false)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false, AllowTrailingCommas = trailingCommas });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new JsonException($"it is {Kind(document.RootElement)}");
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{error}: {Printable.Text(inner.Message)}", inner);
        }
    }

    /// <summary>A field that is text; null if it is missing or something else.</summary>
    public static string? Text(JsonElement json, string field) =>
        Field(json, field) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A field that is a list of at most 64 integers from 0 on, such as a shape; else null.</summary>
    public static long[]? Sizes(JsonElement json, string field) => Sizes(Field(json, field));

    /// <summary>The same of a value.</summary>
    public static long[]? Sizes(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostDimensions) { return null; }
        long[] sizes = [.. list.EnumerateArray().Select(Size)];
        return sizes.Contains(-1) ? null : sizes;
    }

    /// <summary>A field of an object; undefined if it is missing, or if the value is not an object.</summary>
    public static JsonElement Field(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var value) ? value : default;

    private static long Size(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var size) && size >= 0 ? size : -1;

    private static string Kind(JsonElement json) => json.ValueKind.ToString().ToLowerInvariant();
}
