using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A number, or nested lists of numbers: their shape, dtype and place in the file.</summary>
internal sealed class JsonList
{
    public const string Advice = "JSON has no word for them, so write \"NaN\", \"Infinity\" or \"-Infinity\", in quotes";

    private readonly string _name;
    private readonly List<long> _sizes = []; // by depth; -1 as long as no list of that depth has ended
    private readonly List<long> _counts = []; // of each open list, how many elements it has so far
    private readonly int _begin;
    private readonly int _end;
    private bool _hasNumbers;
    private bool _isWhole = true;

    private JsonList(ref Utf8JsonReader reader, string name)
    {
        (_name, _begin) = (name, (int)reader.TokenStartIndex);
        do { Take(ref reader); }
        while (_counts.Count > 0 && reader.Read());
        _end = (int)reader.BytesConsumed;
        Shape = [.. _sizes];
    }

    /// <summary>The sizes of the dimensions.</summary>
    public long[] Shape { get; }

    /// <summary>I64 if there are only integers, else F32.</summary>
    public Dtype Dtype => _hasNumbers && _isWhole ? Dtype.I64 : Dtype.F32;

    /// <summary>Reads a value from its first token, at which <paramref name="reader"/> is, to its last.</summary>
    /// <exception cref="InvalidDataException">The lists have unequal lengths, or hold something other than numbers.</exception>
    public static JsonList Read(ref Utf8JsonReader reader, string name) => new(ref reader, name);

    /// <summary>The numbers, taken from the text that was read.</summary>
    public Tensor Numbers(ReadOnlyMemory<byte> json, long[] shape)
    {
        var reader = new Utf8JsonReader(json.Span[_begin.._end]);
        var count = (int)Shape.Aggregate(1L, (product, size) => product * size);
        return Dtype == Dtype.I64
            ? torch.tensor(Integers(ref reader, count), shape)
            : Tensor.FromSingles(Singles(ref reader, count), shape);
    }

    private static long[] Integers(ref Utf8JsonReader reader, int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count;)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number) { numbers[i++] = reader.GetInt64(); }
        }
        return numbers;
    }

    private static float[] Singles(ref Utf8JsonReader reader, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count;)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number) { numbers[i++] = reader.GetSingle(); }
            else if (Special(ref reader) is { } special) { numbers[i++] = special; }
        }
        return numbers;
    }

    /// <summary>Compares bytes: a text may hold half a letter, for which the reader's own comparison throws.</summary>
    private static float? Special(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? null
        : reader.ValueSpan.SequenceEqual("NaN"u8) ? float.NaN
        : reader.ValueSpan.SequenceEqual("Infinity"u8) ? float.PositiveInfinity
        : reader.ValueSpan.SequenceEqual("-Infinity"u8) ? float.NegativeInfinity
        : null;

    private void Take(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            EndList();
            return;
        }
        if (_counts.Count > 0) { _counts[^1]++; }
        if (reader.TokenType == JsonTokenType.StartArray) { BeginList(); }
        else { Number(ref reader); }
    }

    private void BeginList()
    {
        if (_counts.Count == _sizes.Count)
        {
            if (_hasNumbers) { throw Bad("is a list, expected a number as before it"); }
            _sizes.Add(-1);
        }
        _counts.Add(0);
    }

    private void EndList()
    {
        var count = _counts[^1];
        _counts.RemoveAt(_counts.Count - 1);
        var size = _sizes[_counts.Count];
        if (size >= 0 && size != count) { throw Bad($"has {count} elements, expected {size} as in the list before it"); }
        _sizes[_counts.Count] = count;
    }

    private void Number(ref Utf8JsonReader reader)
    {
        var isNumber = reader.TokenType == JsonTokenType.Number;
        if (!isNumber && Special(ref reader) is null) { throw Bad($"is {Kind(reader.TokenType)}, expected a number; for NaN or infinity {Advice}"); }
        if (_counts.Count != _sizes.Count) { throw Bad("is a number, expected a list as before it"); }
        _hasNumbers = true;
        _isWhole = _isWhole && isNumber && reader.TryGetInt64(out _);
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.String => "text",
        JsonTokenType.StartObject => "an object",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>The element that is being read is named with its indices: q_per_token[3][17].</summary>
    private InvalidDataException Bad(string what) =>
        new($"{Printable.Text(_name)}{string.Concat(_counts.Select(count => $"[{count - 1}]"))} {what}");
}
