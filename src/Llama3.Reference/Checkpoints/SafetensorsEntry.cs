using System.Text.Json;

namespace Llama3.Reference.Checkpoints;

/// <summary>What the header of a .safetensors file says about one tensor; its shape fills its bytes exactly.</summary>
internal sealed record SafetensorsEntry
{
    private SafetensorsEntry(JsonProperty json)
    {
        name = json.Name;
        dtype = Field(json, "dtype") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw Bad("dtype", "a text");
        shape = Sizes(Field(json, "shape")) ?? throw Bad("shape", "a list of integers from 0 on");
        (begin, end) = Sizes(Field(json, "data_offsets")) is [var first, var last]
            ? (first, last)
            : throw Bad("data_offsets", "two integers from 0 on");
        RequireSize();
    }

    public string name { get; }

    public string dtype { get; }

    public long[] shape { get; }

    /// <summary>Where the tensor's bytes begin, counted from the end of the header.</summary>
    public long begin { get; }

    /// <summary>Where they end.</summary>
    public long end { get; }

    private int ElementSize => dtype switch
    {
        "BF16" => 2,
        "F32" => 4,
        "I64" or "C64" => 8,
        _ => throw new InvalidDataException($"{this} has dtype {Printable.Text(dtype)}; expected one of BF16, F32, I64, C64"),
    };

    /// <summary>All tensors of a header, in its order.</summary>
    /// <exception cref="InvalidDataException">It is not such a header.</exception>
    public static IReadOnlyList<SafetensorsEntry> Parse(ReadOnlyMemory<byte> header)
    {
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var tensors = json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__");
            return [.. tensors.Select(entry => new SafetensorsEntry(entry))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"the header is not a JSON object: {Printable.Text(error.Message)}", error);
        }
    }

    public override string ToString() => Printable.Text(name);

    private static JsonElement Field(JsonProperty json, string field) =>
        json.Value.ValueKind == JsonValueKind.Object && json.Value.TryGetProperty(field, out var value) ? value : default;

    private static long[]? Sizes(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) { return null; }
        long[] sizes = [.. list.EnumerateArray().Select(Size)];
        return sizes.Contains(-1) ? null : sizes;
    }

    private static long Size(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var size) && size >= 0 ? size : -1;

    /// <summary>Sizes of 0 aside, the count stops beyond what an array can hold, so it cannot overflow.</summary>
    private void RequireSize()
    {
        var most = shape.Where(size => size > 0)
            .Aggregate((Int128)ElementSize, (product, size) => product > Array.MaxLength ? product : product * size);
        if (most > Array.MaxLength || (Int128)end - begin != (shape.Contains(0) ? 0 : most))
        {
            throw new InvalidDataException(
                $"{this} has dtype {dtype} and shape {Printable.Shape(shape)}, which does not fit the bytes {begin} to {end}");
        }
    }

    private InvalidDataException Bad(string field, string expected) => new($"\"{field}\" of {this} is missing or bad, expected {expected}");
}
