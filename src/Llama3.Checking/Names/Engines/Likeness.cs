namespace Llama3.Checking.Names.Engines;

/// <summary>
/// How all names of a dump differ from those of a table in the same way: a wrapper's name stands in front, as in <c>module.layers.0</c>, or the name of
/// the whole model does not; or there are slashes for dots, as in folders.
/// </summary>
/// <param name="Dropped">What stands in front in the dump, and not in the table.</param>
/// <param name="Added">What stands in front in the table, and not in the dump.</param>
/// <param name="Slashes">Whether there are slashes in the dump where the table has dots.</param>
internal sealed record Likeness(string Dropped, string Added, bool Slashes = false)
{
    /// <summary>In so many names of layers, and for so many kinds of tensors, it must hold: fewer may be chance.</summary>
    private const int Fewest = 5;

    private const int MostParts = 4, MostCandidates = 10, MostKinds = 200;

    private static readonly char[] Separators = ['.', '/'];

    private static readonly IReadOnlyList<string> Beginnings =
        [.. EngineTable.All.SelectMany(engine => engine.Tensors).SelectMany(tensor => BeginningsOf(tensor.Name.Text)).Distinct().Prepend("")];

    /// <summary>They do not differ.</summary>
    public static Likeness None { get; } = new("", "");

    /// <summary>One name for all that differ in numbers alone; of very many some.</summary>
    public static List<string> Kinds(IEnumerable<string> names) => [.. names.DistinctBy(WithoutDigits).Take(MostKinds)];

    /// <summary>What may stand in front of some names.</summary>
    public static IEnumerable<Likeness> Candidates(IReadOnlyCollection<string> names)
    {
        var dropped = names.SelectMany(BeginningsOf).GroupBy(beginning => beginning).Where(same => same.Count() >= Fewest)
            .OrderByDescending(same => same.Count()).Select(same => same.Key).Take(MostCandidates).Prepend("").ToList();
        var slashes = names.Any(name => name.Contains('/')) ? new[] { false, true } : [false];
        return from slash in slashes from front in dropped from added in Beginnings where slash || front != added select new Likeness(front, added, slash);
    }

    /// <summary>Whether enough names are understood so that it is no chance.</summary>
    /// <param name="names">The names as they would be.</param>
    /// <param name="isKnown">Whether one is known.</param>
    public static bool IsPlain(IEnumerable<string> names, Func<string, bool> isKnown) =>
        names.Where(isKnown).Where(name => name.Any(char.IsAsciiDigit)).Select(WithoutDigits).Distinct().Count() >= Fewest;

    /// <summary>A name as it would be in the table.</summary>
    public string Of(string name) => WithDots(name.StartsWith(Dropped, StringComparison.Ordinal) ? Added + name[Dropped.Length..] : name);

    /// <summary>What a name may be in the table, the likeliest first: not all names have in front what most have.</summary>
    public IEnumerable<string> Forms(string name) =>
        new[] { Of(name), WithDots(name.StartsWith(Dropped, StringComparison.Ordinal) ? name[Dropped.Length..] : name), name }.Distinct();

    /// <summary>How the names were read; null if as they are.</summary>
    public override string? ToString() => Slashes ? $"{InFront ?? "read"}{(InFront is null ? "" : ",")} with dots for slashes" : InFront;

    private string? InFront => (Dropped, Added) switch
    {
        ("", "") => null,
        (_, "") => $"read without \"{Dropped}\" in front",
        ("", _) => $"read with \"{Added}\" in front",
        _ => $"read with \"{Added}\" for \"{Dropped}\" in front",
    };

    private string WithDots(string name) => Slashes ? name.Replace('/', '.') : name;

    private static string WithoutDigits(string name) => new([.. name.Where(letter => !char.IsAsciiDigit(letter))]);

    /// <summary>"a1." and "a1.b." of "a1.b.3.c": numbers alone count the layers.</summary>
    private static IEnumerable<string> BeginningsOf(string name)
    {
        var at = 0;
        for (var part = 0; part < MostParts; part++)
        {
            var end = name.IndexOfAny(Separators, at);
            if (end < 0 || !name.AsSpan(at, end - at).ContainsAnyExceptInRange('0', '9') || name.AsSpan(at, end - at).Contains('{')) { yield break; }
            yield return name[..(end + 1)];
            at = end + 1;
        }
    }
}
