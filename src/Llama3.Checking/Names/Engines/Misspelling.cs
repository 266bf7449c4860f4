namespace Llama3.Checking.Names.Engines;

/// <summary>Finds the known name that was meant by an unknown one.</summary>
internal static class Misspelling
{
    private const int Shortest = 4;
    private const int LettersPerSlip = 4;

    private static readonly IReadOnlyList<string> Ids = [.. Aliases.DumpableWithCache.Select(step => step.id).Where(id => id.Length >= Shortest)];

    private static readonly IReadOnlyList<string> Elsewhere =
    [
        .. Aliases.All.Where(alias => alias.Convention.Length > 0 || alias.Part != AliasPart.Whole).Select(alias => alias.Template)
            .Concat(Aliases.Fused.Select(alias => alias.Template))
            .Concat(EngineTable.All.SelectMany(engine => engine.Tensors).Select(tensor => tensor.Name.Text)).Distinct().Where(name => name.Length >= Shortest),
    ];

    /// <summary>The id of a step, or the name in another implementation, that is nearest to a name; null if none is near.</summary>
    public static string? Of(string name)
    {
        var (template, layer) = TensorName.Template(name);
        var id = LastPart(name);
        var found = Ids.Select(known => (known, Slips: IsBeginning(id, known) ? 1 : Slips(id, known)))
            .Concat(Elsewhere.Select(known => (known, Slips: Slips(template, known))))
            .Where(pair => pair.Slips <= Math.Max(1, LastPart(pair.known).Length / LettersPerSlip))
            .OrderBy(pair => pair.Slips).ThenBy(pair => Math.Abs(pair.known.Length - id.Length))
            .Select(pair => pair.known).FirstOrDefault();
        return found?.Replace("{n}", layer is null ? "{n}" : $"{layer}", StringComparison.Ordinal);
    }

    /// <summary>Whether the one begins with the other: q_per_token of "q_per_token_v2".</summary>
    private static bool IsBeginning(string name, string known) => name.StartsWith(known, StringComparison.OrdinalIgnoreCase)
        || (name.Length >= Shortest && known.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Names of other lengths are too far apart, whatever is in them.</summary>
    private static int Slips(string name, string known) => name.Length >= Shortest && Math.Abs(name.Length - known.Length) <= known.Length / LettersPerSlip
        ? Spelling.Distance(name.ToUpperInvariant(), known.ToUpperInvariant())
        : int.MaxValue;

    private static string LastPart(string name) => name[(name.LastIndexOfAny(['.', '/']) + 1)..];
}
