using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Formats.Gguf;

/// <summary>What a GGUF file says of its model, by keys such as <c>llama.block_count</c>. Arrays, such as the vocabulary, are read when they are asked for.</summary>
internal sealed class GgufMetadata
{
    private const int DeepestArray = 4;

    private readonly Dictionary<string, JsonElement> _values = [];
    private readonly Dictionary<string, GgufArray> _arrays = [];
    private readonly GgufReader _reader;
    private readonly string _path;

    /// <summary>Reads all keys; the reader then stands behind them.</summary>
    /// <param name="reader">At the first key.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="path">The file's name in messages.</param>
    /// <exception cref="InvalidDataException">A value is damaged, or a key comes twice.</exception>
    public GgufMetadata(GgufReader reader, long count, string path)
    {
        (_reader, _path) = (reader, path);
        for (var i = 0L; i < count; i++) { ReadNext(); }
    }

    /// <summary>Numbers, truth values and texts.</summary>
    public JsonFields Fields => new(_values, _path);

    /// <summary>Whether there is such an array.</summary>
    public bool HasArray(string key) => _arrays.ContainsKey(key);

    /// <summary>An array of texts; empty if there is none.</summary>
    /// <exception cref="BadInputException">It is an array of something else, or the file has become shorter.</exception>
    public IReadOnlyList<string> Texts(string key) => Read(key, type => type.Kind == GgufKind.Text, "texts", _ => _reader.Text(Printable.Text(key)));

    /// <summary>An array of integers; empty if there is none.</summary>
    /// <exception cref="BadInputException">It is an array of something else, a number has more than 32 bits, or the file has become shorter.</exception>
    public IReadOnlyList<int> Integers(string key) => Read(
        key, type => type.Kind is >= GgufKind.UInt8 and <= GgufKind.Int32 or GgufKind.UInt64 or GgufKind.Int64, "integers", type => Narrow(key, (long)_reader.Scalar(type, key)));

    private T[] Read<T>(string key, Predicate<GgufValueType> fits, string expected, Func<GgufValueType, T> read)
    {
        if (!_arrays.TryGetValue(key, out var array)) { return []; }
        if (!fits(array.Type)) { throw new BadInputException($"{_path}: \"{key}\" is an array of {array.Type.Kind}, expected one of {expected}"); }
        return FileGuard.Read(_path, () =>
        {
            _reader.Position = array.Begin;
            var values = new T[array.Count];
            for (var i = 0; i < values.Length; i++) { values[i] = read(array.Type); }
            return values;
        });
    }

    private static int Narrow(string key, long number) => number is >= int.MinValue and <= int.MaxValue
        ? (int)number
        : throw new InvalidDataException($"\"{key}\" holds {number}, expected numbers of 32 bits");

    private void ReadNext()
    {
        var key = _reader.Text("the name of a key");
        var what = $"\"{Printable.Text(key)}\"";
        var type = GgufValueType.Of(_reader.UInt32(what), key);
        var value = type.Kind switch
        {
            GgufKind.Text => JsonSerializer.SerializeToElement(_reader.Text(what)),
            GgufKind.Array => JsonSerializer.SerializeToElement(Array(key, what)),
            _ => JsonSerializer.SerializeToElement(Finite(_reader.Scalar(type, what))),
        };
        if (!_values.TryAdd(key, value)) { throw new InvalidDataException($"the key {what} comes twice"); }
    }

    /// <summary>Remembers where an array is, and goes over it. Where a single value is expected, the text takes the place of one in messages.</summary>
    private string Array(string key, string what)
    {
        var array = SkipArray(what, DeepestArray);
        _arrays.TryAdd(key, array);
        return $"an array of {array.Count}";
    }

    private GgufArray SkipArray(string what, int depth)
    {
        if (depth == 0) { throw new InvalidDataException($"{what} has arrays within arrays, more than {DeepestArray} deep"); }
        var type = GgufValueType.Of(_reader.UInt32(what), what);
        var array = new GgufArray(type, _reader.Count($"the length of {what}", type.Bytes), _reader.Position);
        if (array.Count > System.Array.MaxLength) { throw new InvalidDataException($"{what} has {array.Count} values, more than can be used at once"); }
        if (type.Kind is not (GgufKind.Text or GgufKind.Array)) { _reader.Skip(array.Count * type.Bytes, what); }
        else
        {
            for (var i = 0L; i < array.Count; i++)
            {
                if (type.Kind == GgufKind.Text) { _reader.Skip(_reader.Count(what, 1), what); }
                else { SkipArray(what, depth - 1); }
            }
        }
        return array;
    }

    /// <summary>JSON has no infinite numbers: they are shown as text where a number is expected.</summary>
    private static object Finite(object value) => value is double number && !double.IsFinite(number) ? $"{number}" : value;

    /// <summary>Where an array is.</summary>
    private sealed record GgufArray(GgufValueType Type, long Count, long Begin);
}
