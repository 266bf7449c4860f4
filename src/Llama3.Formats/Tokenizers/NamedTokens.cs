using System.Buffers;

namespace Llama3.Formats.Tokenizers;

/// <summary>Tokens whose names are looked for in a text as they are; the bytes of the text between them are merged.</summary>
internal sealed class NamedTokens
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _names;
    private readonly SearchValues<string> _anyName;
    private readonly int[] _lengths;

    /// <summary>The names, none of which is empty, and their ids.</summary>
    public NamedTokens(IEnumerable<KeyValuePair<string, int>> ids)
    {
        _ids = new(ids, StringComparer.Ordinal);
        _names = _ids.ToDictionary(entry => entry.Value, entry => entry.Key);
        _anyName = SearchValues.Create([.. _ids.Keys], StringComparison.Ordinal);
        _lengths = [.. _ids.Keys.Select(name => name.Length).Distinct().OrderDescending()];
    }

    /// <summary>None.</summary>
    public static NamedTokens None { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of a name; null if it is no such token.</summary>
    public int? Id(string name) => _ids.TryGetValue(name, out var id) ? id : null;

    /// <summary>The name of an id; null if it is no such token.</summary>
    public string? Name(int id) => _names.GetValueOrDefault(id);

    /// <summary>Both.</summary>
    public NamedTokens And(NamedTokens others) => others.Count == 0 ? this : new(_ids.Concat(others._ids));

    /// <summary>The places where <paramref name="text"/> names them, from left to right; of names that begin at one place, the longest.</summary>
    public IEnumerable<(int Start, int End, int Id)> Find(string text)
    {
        for (var start = Next(text, 0); start >= 0;)
        {
            var (length, id) = At(text.AsSpan(start));
            yield return (start, start + length, id);
            start = Next(text, start + length);
        }
    }

    private int Next(string text, int from) => text.AsSpan(from).IndexOfAny(_anyName) is >= 0 and var index ? from + index : -1;

    private (int Length, int Id) At(ReadOnlySpan<char> text)
    {
        var lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _lengths)
        {
            if (length <= text.Length && lookup.TryGetValue(text[..length], out var id)) { return (length, id); }
        }
        throw new InvalidOperationException("no name begins here");
    }
}
