using System.Text.Json;
using System.Text.Json.Serialization;

namespace Llama3.Formats.Input;

/// <summary>The fields of a JSON object, read with messages that name the file, the field, the value found and the value expected.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _fields;
    private readonly string _place;

    /// <summary>The fields of a file, which must be an object.</summary>
    /// <param name="json">The file.</param>
    /// <param name="path">Its name in messages.</param>
    /// <param name="example">The example in messages: <c>{"dim": 4096, …}</c>.</param>
    /// <exception cref="BadInputException">The file is not a JSON object.</exception>
    public JsonFields(byte[] json, string path, string example) => (_fields, _place) = (Parse(json, path, example), path);

    /// <summary>Fields that do not come from a JSON file.</summary>
    /// <param name="fields">Their values.</param>
    /// <param name="place">Where they are, in messages.</param>
    public JsonFields(Dictionary<string, JsonElement> fields, string place) => (_fields, _place) = (fields, place);

    /// <summary>Where the fields are, in messages.</summary>
    public string Place => _place;

    /// <summary>An integer from 1 to <paramref name="most"/>.</summary>
    public int Integer(string name, int most, string? hint = null) =>
        Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 1 && number <= most
                ? number
                : throw Error(name, $"an integer from 1 to {most}" + (hint is null ? "" : $" ({hint})"));

    /// <summary>An integer from 0 to <paramref name="most"/>.</summary>
    public int Whole(string name, int most) =>
        Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 0 && number <= most
                ? number
                : throw Error(name, $"an integer from 0 to {most}");

    /// <summary>A number above 0, at most <paramref name="most"/>.</summary>
    public double Number(string name, double most) =>
        Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && number > 0 && number <= most
                ? number
                : throw Error(name, FormattableString.Invariant($"a number above 0, at most {most:0}"));

    /// <summary>Whether the field is null or missing.</summary>
    public bool IsNull(string name) => Field(name).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Whether the field is true; it may be missing or null instead of false.</summary>
    public bool IsTrue(string name) => Field(name).ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => false,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error(name, "true or false"),
    };

    /// <summary>Whether the field is false, not null or missing.</summary>
    public bool IsFalse(string name) => Field(name).ValueKind == JsonValueKind.False;

    /// <summary>A text.</summary>
    public string Text(string name) =>
        JsonString.Of(Field(name)) ?? throw Error(name, "a text");

    /// <summary>The first of a list of texts.</summary>
    public string FirstText(string name) =>
        Field(name) is { ValueKind: JsonValueKind.Array } value
            && JsonString.Of(value.EnumerateArray().FirstOrDefault()) is { } first
                ? first
                : throw Error(name, "a list of texts");

    /// <summary>All fields, which are texts.</summary>
    public IReadOnlyDictionary<string, string> Texts() => _fields.Keys.ToDictionary(name => name, Text);

    /// <summary>An object within the object; null if it is missing.</summary>
    public JsonFields? Object(string name)
    {
        if (IsNull(name)) { return null; }
        if (Field(name) is not { ValueKind: JsonValueKind.Object } value) { throw Error(name, "an object"); }
        return new(Fields(name, value), $"{_place}, {name}");
    }

    private Dictionary<string, JsonElement> Fields(string name, JsonElement value)
    {
        try
        {
            return value.EnumerateObject().DistinctBy(field => field.Name).ToDictionary(field => field.Name, field => field.Value);
        }
        catch (InvalidOperationException error)
        {
            throw new BadInputException($"{_place}: a name in \"{name}\" is no text: {Printable.Text(error.Message)}", error);
        }
    }

    /// <summary>Refuses any value; <paramref name="reason"/> says why.</summary>
    public void RequireNullOrMissing(string name, string reason)
    {
        if (!IsNull(name)) { throw Error(name, $"no such field: {reason}"); }
    }

    /// <summary>Refuses any other text; <paramref name="reason"/> says why.</summary>
    public void RequireText(string name, string expected, string reason)
    {
        if (Text(name) != expected) { throw Error(name, $"\"{expected}\": {reason}"); }
    }

    /// <summary>Refuses anything but false; <paramref name="reason"/> says why.</summary>
    public void RequireFalseOrMissing(string name, string reason)
    {
        if (!IsNull(name) && Field(name).ValueKind != JsonValueKind.False) { throw Error(name, $"false: {reason}"); }
    }

    /// <summary>The error for a field that is not as expected.</summary>
    public BadInputException Error(string name, string expected) => new(Field(name) is { ValueKind: not JsonValueKind.Undefined } value
        ? $"{_place}: \"{Printable.Text(name)}\" is {Printable.Text(value.GetRawText())}, expected {expected}"
        : $"{_place}: \"{Printable.Text(name)}\" is missing, expected {expected}");

    /// <summary>The error for two fields of which each says something else.</summary>
    public BadInputException Contradiction(string name, string other) =>
        new($"{_place}: \"{name}\" and \"{other}\" contradict each other; remove the one that is wrong");

    /// <summary>The value of a field; undefined if it is missing.</summary>
    private JsonElement Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>A dictionary, because its errors know the field; those of JsonDocument do not.</summary>
    private static Dictionary<string, JsonElement> Parse(byte[] json, string path, string example)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json)) { throw new BadInputException($"{path} is not UTF-8, expected a JSON object: {example}"); }
        try
        {
            return JsonSerializer.Deserialize(Utf8.WithoutByteOrderMark(json).Span, FieldsJson.Default.DictionaryStringJsonElement)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            var field = error.Path?.TrimStart('$', '.') is { Length: > 0 } name ? $" at \"{Printable.Text(name)}\"" : "";
            throw new BadInputException($"{path}: not a JSON object{field}, line {error.LineNumber + 1}: expected {example}", error);
        }
    }
}

/// <summary>How the fields are read. The compiler writes the code: made by reflection, it would be compiled anew in every run of the published tool.</summary>
[JsonSerializable(typeof(Dictionary<string, JsonElement>), GenerationMode = JsonSourceGenerationMode.Metadata)]
internal sealed partial class FieldsJson : JsonSerializerContext;
