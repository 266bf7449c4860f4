using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is one JSON object of numbers, lists within lists, or {"shape": […], "data": […]}. Its text stays in memory.</summary>
internal static class JsonDump
{
    private const int MostDepth = 65; // the object, and a list for each of 64 dimensions

    public static Dump Open(string path)
    {
        var json = InputFile.Read(path, ReadWhole);
        return FileGuard.Read(path, () => new Dump(path, "JSON", Entries(json)));
    }

    private static ReadOnlyMemory<byte> ReadWhole(Stream file) => file.Length <= Array.MaxLength
        ? Utf8.WithoutByteOrderMark(file.ReadNumbers<byte>((int)file.Length))
        : throw new InvalidDataException($"the file has {file.Length} bytes, too many for JSON; write a .safetensors file");

    private static List<DumpEntry> Entries(ReadOnlyMemory<byte> json)
    {
        var entries = new OrderedDictionary<string, DumpEntry?>();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            Read(ref reader, json, entries);
            reader.Read(); // Anything after the object would throw.
            return [.. entries.Values.Select(entry => entry!)];
        }
        catch (JsonException error)
        {
            throw NotJson(error, entries.Keys.LastOrDefault(), json.Span[(int)reader.BytesConsumed..]);
        }
    }

    private static void Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, OrderedDictionary<string, DumpEntry?> entries)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException("this is not a JSON object, expected {\"tokens\": [1, 2, 3], …}");
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Name(ref reader);
            if (!entries.TryAdd(name, null)) { throw new InvalidDataException($"{Printable.Text(name)} is there twice"); }
            reader.Read();
            entries[name] = Entry(ref reader, json, name);
        }
    }

    private static DumpEntry Entry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, string name)
    {
        if (reader.TokenType == JsonTokenType.StartObject) { return FlatEntry(ref reader, json, name); }
        var list = JsonList.Read(ref reader, name);
        return new(name, list.Dtype, list.Shape, () => list.Numbers(json, list.Shape));
    }

    /// <summary>{"shape": [2, 3], "data": [1, 2, 3, 4, 5, 6]}</summary>
    private static DumpEntry FlatEntry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, string name)
    {
        var (shape, data) = ((long[]?)null, (JsonList?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Name(ref reader);
            reader.Read();
            if (field == "shape" && shape is null) { shape = Sizes(ref reader, name); }
            else if (field == "data" && data is null) { data = JsonList.Read(ref reader, name); }
            else { throw Bad(name, $"has the field \"{Printable.Text(field)}\""); }
        }
        if (shape is null || data is null) { throw Bad(name, $"has no \"{(shape is null ? "shape" : "data")}\""); }
        RequireFlat(name, shape, data);
        return new(name, data.Dtype, shape, () => data.Numbers(json, shape));
    }

    private static long[] Sizes(ref Utf8JsonReader reader, string name) => StrictJson.Sizes(JsonElement.ParseValue(ref reader))
        ?? throw new InvalidDataException($"\"shape\" of {Printable.Text(name)} is bad, expected {StrictJson.ExpectedShape}");

    private static void RequireFlat(string name, long[] shape, JsonList data)
    {
        if (data.Shape is not [var count] || data.Dtype.ByteLength(shape) != count * data.Dtype.ElementSize())
        {
            throw new InvalidDataException($"{Printable.Text(name)} has the shape {Printable.Shape(shape)} and data of shape "
                + $"{Printable.Shape(data.Shape)}, expected a flat list of as many numbers");
        }
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException($"the name at byte {reader.TokenStartIndex} is not valid UTF-8 or UTF-16", error);
        }
    }

    private static InvalidDataException Bad(string name, string what) =>
        new($"{Printable.Text(name)} {what}, expected \"shape\" and \"data\", once each");

    private static InvalidDataException NotJson(JsonException error, string? name, ReadOnlySpan<byte> rest)
    {
        var place = $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}{(name is null ? "" : $", in {Printable.Text(name)}")}";
        var isWord = rest.TrimStart(" \r\n\t,[-"u8) is [(byte)'N' or (byte)'I' or (byte)'n' or (byte)'i', ..];
        var advice = isWord ? $"; {JsonList.Advice}" : "";
        return new($"this is not JSON at {place}: {Printable.Text(error.Message)}{advice}", error);
    }
}
