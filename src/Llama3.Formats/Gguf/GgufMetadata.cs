using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Formats.Gguf;

/// <summary>What a GGUF file says of its model, by keys such as <c>llama.block_count</c>. Arrays, such as the vocabulary, are read when they are asked for.</summary>
internal sealed class GgufMetadata
{
    private const int DeepestArray = 4;

    private readonly Dictionary<string, JsonElement> _values = [];
    private readonly Dictionary<string, GgufArray> _arrays = [];
    private readonly Stream _file;
    private readonly string _path;

    /// <summary>Reads all keys; the reader then stands behind them.</summary>
    /// <param name="reader">At the first key.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="file">The file, which arrays are read from later.</param>
    /// <param name="path">The file's name in messages.</param>
    /// <exception cref="InvalidDataException">A value is damaged, or a key comes twice.</exception>
    public GgufMetadata(GgufReader reader, long count, Stream file, string path)
    {
        (_file, _path) = (file, path);
        for (var i = 0L; i < count; i++) { ReadNext(reader); }
    }

    /// <summary>Numbers, truth values and texts.</summary>
    public JsonFields Fields => new(_values, _path);

    /// <summary>Whether there is such an array.</summary>
    public bool HasArray(string key) => _arrays.ContainsKey(key);

    /// <summary>An array of texts; empty if there is none.</summary>
    /// <exception cref="BadInputException">It is an array of something else, or the file has become shorter.</exception>
    public IReadOnlyList<string> Texts(string key) => Read(
        key, type => type.Kind == GgufKind.Text, "texts", (reader, _) => reader.Text(Printable.Text(key)));

    /// <summary>An array of integers; empty if there is none.</summary>
    /// <exception cref="BadInputException">It is an array of something else, a number has more than 32 bits, or the file has become shorter.</exception>
    public IReadOnlyList<int> Integers(string key) => Read(
        key, type => type.Kind is >= GgufKind.UInt8 and <= GgufKind.Int32 or GgufKind.UInt64 or GgufKind.Int64, "integers", (reader, type) => Narrow(key, reader.Scalar(type, key)));

    private T[] Read<T>(string key, Predicate<GgufValueType> fits, string expected, Func<GgufReader, GgufValueType, T> read)
    {
        if (!_arrays.TryGetValue(key, out var array)) { return []; }
        if (!fits(array.Type)) { throw new BadInputException($"{_path}: \"{key}\" is an array of {array.Type.Kind}, expected one of {expected}"); }
        return FileGuard.Read(_path, () =>
        {
            using var reader = new GgufReader(_file) { Position = array.Begin };
            var values = new T[array.Count];
            for (var i = 0; i < values.Length; i++) { values[i] = read(reader, array.Type); }
            return values;
        });
    }

    private static int Narrow(string key, object number) => number switch
    {
        long and >= int.MinValue and <= int.MaxValue => (int)(long)number,
        ulong and <= int.MaxValue => (int)(ulong)number,
        _ => throw new InvalidDataException($"\"{key}\" holds {number}, expected numbers of 32 bits"),
    };

    private void ReadNext(GgufReader reader)
    {
        var key = reader.Text("the name of a key");
        var what = $"\"{Printable.Text(key)}\"";
        var type = GgufValueType.Of(reader.UInt32(what), key);
        var value = type.Kind switch
        {
            GgufKind.Text => JsonSerializer.SerializeToElement(reader.Text(what)),
            GgufKind.Array => JsonSerializer.SerializeToElement(Array(reader, key, what)),
            _ => JsonSerializer.SerializeToElement(Finite(reader.Scalar(type, what))),
        };
        if (!_values.TryAdd(key, value)) { throw new InvalidDataException($"the key {what} comes twice"); }
    }

    /// <summary>Remembers where an array is, and goes over it. Where a single value is expected, the text takes the place of one in messages.</summary>
    private string Array(GgufReader reader, string key, string what)
    {
        var array = SkipArray(reader, what, DeepestArray);
        _arrays.TryAdd(key, array);
        return $"an array of {array.Count}";
    }

    private static GgufArray SkipArray(GgufReader reader, string what, int depth)
    {
        if (depth == 0) { throw new InvalidDataException($"{what} has arrays within arrays, more than {DeepestArray} deep"); }
        var type = GgufValueType.Of(reader.UInt32(what), what);
        var array = new GgufArray(type, reader.Count($"the length of {what}", type.Bytes), reader.Position);
        if (array.Count > System.Array.MaxLength) { throw new InvalidDataException($"{what} has {array.Count} values, more than can be used at once"); }
        if (type.Kind is not (GgufKind.Text or GgufKind.Array)) { reader.Skip(array.Count * type.Bytes, what); }
        else
        {
            for (var i = 0L; i < array.Count; i++)
            {
                if (type.Kind == GgufKind.Text) { reader.Skip(reader.Count(what, 1), what); }
                else { SkipArray(reader, what, depth - 1); }
            }
        }
        return array;
    }

    /// <summary>JSON has no infinite numbers: they are shown as text where a number is expected.</summary>
    private static object Finite(object value) => value is double number && !double.IsFinite(number) ? $"{number}" : value;

    /// <summary>Where an array is.</summary>
    private sealed record GgufArray(GgufValueType Type, long Count, long Begin);
}
