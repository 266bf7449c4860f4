using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Safetensors;

/// <summary>The header of one tensor of a .safetensors file. The constructor checks that its shape fills its bytes exactly.</summary>
internal sealed record SafetensorsEntry
{
    private SafetensorsEntry(JsonProperty json)
    {
        name = json.Name;
        dtype = DtypeOf(StrictJson.Text(json.Value, "dtype") ?? throw Bad("dtype", "a text"));
        shape = StrictJson.Sizes(json.Value, "shape") ?? throw Bad("shape", StrictJson.ExpectedShape);
        (begin, end) = StrictJson.Sizes(json.Value, "data_offsets") is [var first, var last]
            ? (first, last)
            : throw Bad("data_offsets", "two integers from 0 on");
        if (dtype.ByteLength(shape) is not { } length || (Int128)end - begin != length)
        {
            throw new InvalidDataException(
                $"{this} has dtype {dtype} and shape {Printable.Shape(shape)}, which does not fit the bytes {begin} to {end}");
        }
    }

    public string name { get; }

    public Dtype dtype { get; }

    public long[] shape { get; }

    /// <summary>Where the tensor's bytes begin, counted from the end of the header.</summary>
    public long begin { get; }

    /// <summary>Where they end.</summary>
    public long end { get; }

    /// <summary>All tensors of a header, in its order.</summary>
    /// <exception cref="InvalidDataException">It is not such a header.</exception>
    public static IReadOnlyList<SafetensorsEntry> Parse(ReadOnlyMemory<byte> header) =>
        StrictJson.Parse<IReadOnlyList<SafetensorsEntry>>(header, "the header is not a JSON object", json =>
            [.. json.EnumerateObject().Where(entry => entry.Name != "__metadata__").Select(entry => new SafetensorsEntry(entry))]);

    public override string ToString() => Printable.Text(name);

    private Dtype DtypeOf(string text) => Dtypes.Find(text)
        ?? throw new InvalidDataException($"{this} has dtype {Printable.Text(text)}; expected one of {Dtypes.Known}");

    private InvalidDataException Bad(string field, string expected) => new($"\"{field}\" of {this} is missing or bad, expected {expected}");
}
