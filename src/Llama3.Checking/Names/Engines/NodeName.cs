using System.Globalization;
using System.Text.RegularExpressions;

namespace Llama3.Checking.Names.Engines;

/// <summary>A name in <c>engines.tsv</c>: with "{n}" where the number of the layer stands, or at its end a number that counts nodes: "linear_{7n+1}".</summary>
/// <param name="Text">As it is written there.</param>
internal sealed partial record NodeName(string Text)
{
    private const string Layer = "{n}";

    private readonly Match _counted = Counted().Match(Text);

    /// <summary>Whether its number counts the nodes of a graph. Another version may count otherwise.</summary>
    public bool IsCounted => _counted.Success;

    /// <summary>What stands before the number that counts nodes; else the whole text.</summary>
    public string Key => IsCounted ? _counted.Groups["base"].Value : Text;

    /// <summary>The layer of the k-th node of this kind; null if it is not this one.</summary>
    public int? LayerOf(int k)
    {
        var (per, first) = (Number("per", 1), Number("first", 0));
        return k >= first && (k - first) % per == 0 ? (k - first) / per : null;
    }

    /// <summary>The name in a layer.</summary>
    public string In(int layer)
    {
        if (!IsCounted) { return Text.Replace(Layer, $"{layer}", StringComparison.Ordinal); }
        var k = (Number("per", 1) * layer) + Number("first", 0);
        return k == 0 ? Key : $"{Key}_{k}";
    }

    /// <summary>The names that a tensor may have in the table, and the number of its layer: with "{n}" in place of one of its numbers, or of none.</summary>
    public static IEnumerable<(string Text, int? Layer)> Of(string name) => Digits().Matches(name)
        .Where(digits => digits.Length <= MostDigits)
        .Select(digits => ($"{name[..digits.Index]}{Layer}{name[(digits.Index + digits.Length)..]}", (int?)int.Parse(digits.Value, CultureInfo.InvariantCulture)))
        .Prepend((name, null));

    /// <summary>"linear" and 8 of "linear_8"; 0 where there is no number.</summary>
    public static (string Key, int Count) Node(string name) => Numbered().Match(name) is { Success: true } match
        ? (match.Groups["base"].Value, int.Parse(match.Groups["k"].Value, CultureInfo.InvariantCulture))
        : (name, 0);

    private const int MostDigits = 6;

    private int Number(string group, int missing) =>
        _counted.Groups[group] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : missing;

    [GeneratedRegex(@"^(?<base>\w+)_\{(?<per>\d+)?n(\+(?<first>\d+))?\}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(?<base>\w+?)_(?<k>0|[1-9]\d{0,5})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"(?<!\d)\d+(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
