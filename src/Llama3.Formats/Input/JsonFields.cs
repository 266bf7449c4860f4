using System.Text.Json;

namespace Llama3.Formats.Input;

/// <summary>The fields of a JSON object, read with messages that name file, field, what was found and what is expected.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _fields;
    private readonly string _place;

    /// <summary>Of a file, which must be an object.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public JsonFields(byte[] json, string path) => (_fields, _place) = (Parse(json, path), path);

    private JsonFields(Dictionary<string, JsonElement> fields, string place) => (_fields, _place) = (fields, place);

    /// <summary>An integer from 1 to <paramref name="most"/>.</summary>
    public int Integer(string name, int most, string? hint = null) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number) && number >= 1 && number <= most
                ? number
                : throw Error(name, $"an integer from 1 to {most}" + (hint is null ? "" : $" ({hint})"));

    /// <summary>A number above 0, at most <paramref name="most"/>.</summary>
    public double Number(string name, double most) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number) && number > 0 && number <= most
                ? number
                : throw Error(name, FormattableString.Invariant($"a number above 0, at most {most:0}"));

    /// <summary>Whether the field is null or missing.</summary>
    public bool IsNull(string name) => !_fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null;

    /// <summary>Whether the field is true; it may be missing or null instead of false.</summary>
    public bool IsTrue(string name) => !IsNull(name) && _fields[name].ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error(name, "true or false"),
    };

    /// <summary>A text.</summary>
    public string Text(string name) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Error(name, "a text");

    /// <summary>The first of a list of texts.</summary>
    public string FirstText(string name) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first.GetString()!
                : throw Error(name, "a list of texts");

    /// <summary>All fields, which are texts.</summary>
    public IReadOnlyDictionary<string, string> Texts() => _fields.Keys.ToDictionary(name => name, Text);

    /// <summary>An object within the object; null if it is missing.</summary>
    public JsonFields? Object(string name)
    {
        if (IsNull(name)) { return null; }
        if (_fields[name] is not { ValueKind: JsonValueKind.Object } value) { throw Error(name, "an object"); }
        var fields = value.EnumerateObject().DistinctBy(field => field.Name).ToDictionary(field => field.Name, field => field.Value);
        return new(fields, $"{_place}, {name}");
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
        if (!IsNull(name) && _fields[name].ValueKind != JsonValueKind.False) { throw Error(name, $"false: {reason}"); }
    }

    /// <summary>What is said of a field that is not as expected.</summary>
    public BadInputException Error(string name, string expected) => new(_fields.TryGetValue(name, out var value)
        ? $"{_place}: \"{name}\" is {Printable.Text(value.GetRawText())}, expected {expected}"
        : $"{_place}: \"{name}\" is missing, expected {expected}");

    private static Dictionary<string, JsonElement> Parse(byte[] json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Utf8.WithoutByteOrderMark(json).Span)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            var field = error.Path?.TrimStart('$', '.') is { Length: > 0 } name ? $" at \"{Printable.Text(name)}\"" : "";
            throw new BadInputException($"{path}: not a JSON object{field}, line {error.LineNumber + 1}: expected numbers as "
                + "in {\"dim\": 4096, …}", error);
        }
    }
}
