using System.Globalization;
using System.Text.RegularExpressions;

namespace Llama3.Checking.Names;

/// <summary>What a name in a dump stands for: a step, perhaps of one layer, one head or one position.</summary>
/// <param name="Alias">The step, and whose name it is.</param>
/// <param name="Layer">From 0; null if the name has none.</param>
/// <param name="Head">From 0, after ".head"; null if the tensor holds all heads, or the article's one.</param>
/// <param name="Position">From 0, after "@"; null if the tensor holds all positions.</param>
internal sealed partial record TensorName(Alias Alias, int? Layer, int? Head, int? Position)
{
    private const string Output = ".output";

    private static readonly Dictionary<string, Alias> Known = Aliases.All.ToDictionary(alias => alias.Template);
    private static readonly Dictionary<string, FusedAlias> Fused = Aliases.Fused.ToDictionary(alias => alias.Template);

    /// <summary>What a name stands for; null if it is not the name of one step.</summary>
    public static TensorName? Parse(string name)
    {
        var parts = Parts().Match(name);
        var (template, layer) = Template(parts.Groups["name"].Value);
        return parts.Success && Known.TryGetValue(template, out var alias)
            ? new TensorName(alias, layer, Number(parts.Groups["head"]), Number(parts.Groups["position"]))
            : null;
    }

    /// <summary>The results that a name stands for in one, and their layer; null if it is not the name of several.</summary>
    public static (FusedAlias Alias, int? Layer)? ParseFused(string name)
    {
        var (template, layer) = Template(name.EndsWith(Output, StringComparison.Ordinal) ? name[..^Output.Length] : name);
        return Fused.TryGetValue(template, out var alias) ? (alias, layer) : null;
    }

    /// <summary>A name with "{n}" in place of the number of the layer, and that number.</summary>
    public static (string Template, int? Layer) Template(string name) => (Layers().Replace(name, "{n}", 1), Number(Layers().Match(name)));

    private static int? Number(Group digits) => digits.Success ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^(?<name>[^@]+?)(\.output)?(\.head(?<head>[0-9]{1,6}))?(@(?<position>[0-9]{1,6}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    /// <summary>The number of the layer: after "layers.", "blocks." or "present.", or after llama.cpp's hyphen or "cache_k_l".</summary>
    [GeneratedRegex(
        @"(?<=^/?(model[./])?layers\.|^blocks\.|^present\.)[0-9]{1,6}(?=[./]|\z)|(?<=-|^cache_[kv]_l)[0-9]{1,6}(?=#[0-9]\z| |\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Layers();
}
