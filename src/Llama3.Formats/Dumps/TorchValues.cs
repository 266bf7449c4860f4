using System.Globalization;
using Llama3.Formats.Input;
using Llama3.Formats.Pth;
using Dict = System.Collections.Generic.OrderedDictionary<string, object?>;

namespace Llama3.Formats.Dumps;

/// <summary>Numbers of Python.</summary>
/// <param name="All">Each is a long or a double.</param>
/// <param name="Shape">[] for one that is in no list.</param>
internal sealed record PythonNumbers(IReadOnlyList<object?> All, long[] Shape)
{
    /// <summary>Whether none is a double.</summary>
    public bool AreIntegers { get; } = All.All(number => number is long);
}

/// <summary>The tensors and numbers in what torch.save has saved, by name. Those of dictionaries and lists within it are called <c>outer.inner</c>.</summary>
internal sealed class TorchValues
{
    private const int MostDepth = 16;
    private const int LongestName = 1000; // a dictionary with a long name could lend it to any number of tensors
    private const string Expected = "expected torch.save(tensors, path) with a dictionary of names and tensors";

    private readonly OrderedDictionary<string, object> _found = [];
    private readonly Dictionary<object, PythonNumbers?> _lists = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    private TorchValues()
    {
    }

    /// <summary>Each is a <see cref="StoredTensor"/> or <see cref="PythonNumbers"/>. Texts, None, True and False are left out.</summary>
    /// <param name="saved">What was saved.</param>
    /// <param name="name">The name of a tensor that was saved by itself.</param>
    /// <exception cref="InvalidDataException">There is something else in it, a name twice, or no tensor at all.</exception>
    public static IEnumerable<(string Name, object Value)> In(object? saved, string name)
    {
        var values = new TorchValues();
        if (saved is StoredTensor) { values.Find(name, saved); }
        else if (saved is Dict dict) { values.Add(Pairs(dict, ""), depth: 1); }
        else { throw new InvalidDataException($"the file holds no dictionary, {Expected}"); }
        return values._found.Values.Any(value => value is StoredTensor)
            ? values._found.Select(pair => (pair.Key, pair.Value))
            : throw new InvalidDataException($"the file holds no tensors, {Expected}");
    }

    private void Add(IEnumerable<(string Name, string Prefix, object? Value)> pairs, int depth)
    {
        foreach (var (name, prefix, value) in pairs)
        {
            if (name.Length > LongestName) { throw new InvalidDataException($"{Printable.Text(name)} is a name of {name.Length} letters, expected at most {LongestName}"); }
            switch (value)
            {
                case null or bool or string or Dict { Count: 0 } or IReadOnlyList<object?> { Count: 0 }: break;
                case StoredTensor: Find(name, value); break;
                case long or double: Find(name, new PythonNumbers([value], [])); break;
                case IReadOnlyList<object?> list when Numbers(list) is { } numbers: Find(name, numbers); break;
                case Dict inner: Enter(name, inner, Pairs(inner, prefix), depth); break;
                case IReadOnlyList<object?> inner: Enter(name, inner, Pairs(inner, prefix), depth); break;
                default: throw new InvalidDataException($"{Printable.Text(name)} is neither a tensor nor a number, text, list or dictionary of such, {Expected}");
            }
        }
    }

    /// <summary>A list of nothing but numbers; else null. It is looked at once, however many names it has.</summary>
    private PythonNumbers? Numbers(IReadOnlyList<object?> list)
    {
        if (!_lists.TryGetValue(list, out var numbers))
        {
            numbers = list.All(number => number is long or double) ? new(list, [list.Count]) : null;
            _lists.Add(list, numbers);
        }
        return numbers;
    }

    /// <summary>What is in itself, or in a thousand places, would never end.</summary>
    private void Enter(string name, object inner, IEnumerable<(string Name, string Prefix, object? Value)> pairs, int depth)
    {
        if (depth == MostDepth) { throw new InvalidDataException($"{Printable.Text(name)} is in dictionaries within dictionaries, more than {MostDepth} deep; {Expected}"); }
        if (!_seen.Add(inner)) { throw new InvalidDataException($"{Printable.Text(name)} is a dictionary or list that is also in another place; save it once"); }
        Add(pairs, depth + 1);
    }

    private void Find(string name, object value)
    {
        if (!_found.TryAdd(name, value)) { throw new InvalidDataException($"{Printable.Text(name)} is there twice"); }
    }

    private static IEnumerable<(string Name, string Prefix, object? Value)> Pairs(Dict dict, string outer) =>
        dict.Select(pair => (outer + pair.Key, PrefixOf(pair.Key, outer), pair.Value));

    private static IEnumerable<(string Name, string Prefix, object? Value)> Pairs(IReadOnlyList<object?> list, string outer) =>
        list.Index().Select(item => (outer + item.Index.ToString(CultureInfo.InvariantCulture), $"{outer}{item.Index}.", item.Item));

    /// <summary>The dictionary "prompt" has none, as the folder of this name.</summary>
    private static string PrefixOf(string key, string outer) => outer + (PassNames.Prefix(key, outer) ?? $"{key}.");
}
