using System.Text.Json;

namespace Llama3.Reference.Checkpoints;

/// <summary>The fields of a JSON object, read with messages that name file, field, what was found and what is expected.</summary>
internal sealed class JsonFields(byte[] json, string path)
{
    private readonly Dictionary<string, JsonElement> _fields = Parse(json, path);

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

    /// <summary>Refuses anything but false; <paramref name="reason"/> says why.</summary>
    public void RequireFalseOrMissing(string name, string reason)
    {
        if (_fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.False)
        {
            throw Error(name, $"false: {reason}");
        }
    }

    private BadInputException Error(string name, string expected) => new(_fields.TryGetValue(name, out var value)
        ? $"{path}: \"{name}\" is {Printable.Text(value.GetRawText())}, expected {expected}"
        : $"{path}: \"{name}\" is missing, expected {expected}");

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
