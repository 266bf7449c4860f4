using System.Globalization;
using System.Text.RegularExpressions;

namespace Llama3.Checking.Names.Engines;

/// <summary>
/// A name in <c>engines.tsv</c>: with "{n}" where the number of the layer stands; or at its end a number that counts nodes: "linear_{7n+1}" is "linear_8" in
/// layer 1, and "silu_{1n}" is "silu" in layer 0.
/// </summary>
internal sealed partial record NodeName
{
    private const string Layer = "{n}";
    private const int MostDigits = 6, LongestName = 1000, MostNumbers = 8;

    private readonly int _per;
    private readonly int _first;

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">Its braces are no pattern.</exception>
    public NodeName(string text)
    {
        (Text, Key) = (text, text);
        if (Counted().Match(text) is { Success: true } counted)
        {
            Key = counted.Groups["base"].Value;
            (_per, _first) = (Number(counted.Groups["per"].Value), counted.Groups["first"] is { Success: true, Value: var first } ? Number(first) : 0);
        }
        else if (text.IndexOf(Layer, StringComparison.Ordinal) is var at && (at < 0 ? text : text.Remove(at, Layer.Length)).AsSpan().ContainsAny('{', '}'))
        {
            throw new FormatException("expected {n} once for the number of the layer, or at the end a number that counts nodes, such as linear_{7n+1}");
        }
    }

    /// <summary>As it is written there.</summary>
    public string Text { get; }

    /// <summary>Whether its number counts the nodes of a graph. Another version may count otherwise.</summary>
    public bool IsCounted => _per > 0;

    /// <summary>What stands before the number that counts nodes; else the whole text.</summary>
    public string Key { get; }

    /// <summary>Whether it is of every layer.</summary>
    public bool IsOfLayers => IsCounted || Text.Contains(Layer, StringComparison.Ordinal);

    /// <summary>The layer of the k-th node of this kind; null if it is not this one.</summary>
    public int? LayerOf(int k) => k >= _first && (k - _first) % _per == 0 ? (k - _first) / _per : null;

    /// <summary>The name in a layer.</summary>
    public string In(int layer)
    {
        if (!IsCounted) { return Text.Replace(Layer, $"{layer}", StringComparison.Ordinal); }
        var k = (_per * layer) + _first;
        return k == 0 ? Key : $"{Key}_{k}";
    }

    /// <summary>The names that a tensor may have in the table, and the number of its layer: with "{n}" in place of one of its numbers, or of none.</summary>
    public static IEnumerable<(string Text, int? Layer)> Of(string name) => name.Length > LongestName ? [(name, null)] : Digits().Matches(name)
        .Where(digits => digits.Length <= MostDigits).Take(MostNumbers)
        .Select(digits => ($"{name[..digits.Index]}{Layer}{name[(digits.Index + digits.Length)..]}", (int?)Number(digits.Value)))
        .Prepend((name, null));

    /// <summary>"linear" and 8 of "linear_8"; 0 where there is no number.</summary>
    public static (string Key, int Count) Node(string name) => name.Length <= LongestName && Numbered().Match(name) is { Success: true } match
        ? (match.Groups["base"].Value, Number(match.Groups["k"].Value))
        : (name, 0);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<base>\w+)_\{(?<per>[1-9][0-9]{0,5})n(\+(?<first>[0-9]{1,6}))?\}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(?<base>\w+?)_(?<k>0|[1-9][0-9]{0,5})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"(?<![0-9])[0-9]+(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
