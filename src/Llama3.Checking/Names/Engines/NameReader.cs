namespace Llama3.Checking.Names.Engines;

/// <summary>
/// Which table the names of a dump are read by: first by what the user says of them; the others by an engine's, or as they are. The names alone decide
/// that.
/// </summary>
internal sealed class NameReader
{
    /// <summary>With fewer names than this share, something stands in front of all of them.</summary>
    private const double Most = 0.5;

    private readonly EngineNames? _given;

    private NameReader(EngineNames? given, EngineNames? engine, Likeness likeness) => (_given, Engine, Likeness) = (given, engine, likeness);

    /// <summary>The engine whose names they are; null for names that need no table.</summary>
    public EngineNames? Engine { get; }

    /// <summary>How the names differ from the known ones.</summary>
    public Likeness Likeness { get; }

    /// <summary>Whether all names are read as they are.</summary>
    public bool ChangesNothing => _given is null && Engine is null && Likeness == Likeness.None;

    /// <summary>The reader of some names.</summary>
    /// <param name="names">All names of a dump, without those of passes in front.</param>
    /// <param name="given">What the user says of them; null for nothing.</param>
    public static NameReader For(IReadOnlyCollection<string> names, EngineNames? given)
    {
        var open = names.Where(name => given?.Find(name) is null).Distinct().ToList();
        var (engine, known) = Best(open);
        return known >= Most * open.Count ? new(given, engine, Likeness.None) : Alike(given, engine, Likeness.Kinds(open));
    }

    /// <summary>The reader of names that are known best if something in front of them is left out or put there; as they are, if nothing helps.</summary>
    private static NameReader Alike(EngineNames? given, EngineNames? engine, List<string> kinds)
    {
        var (likeness, known) = (Likeness.None, Best(kinds).Count);
        foreach (var candidate in Likeness.Candidates(kinds))
        {
            var alike = kinds.ConvertAll(candidate.Of);
            var (other, count) = Best(alike);
            if (count <= known || !Likeness.IsPlain(alike, IsOf(other))) { continue; }
            (engine, likeness, known) = (other, candidate, count);
        }
        return new(given, engine, likeness);
    }

    private static Func<string, bool> IsOf(EngineNames? engine) => engine is null ? IsKnown : name => engine.Find(name) is not null;

    /// <summary>Whether a name needs no table.</summary>
    public static bool IsKnown(string name) => TensorName.Parse(name) is not null || TensorName.ParseFused(name) is not null;

    /// <summary>The row of a table for a name; null where it has none.</summary>
    public FoundName? Find(string name) =>
        _given?.Find(name) ?? Likeness.Forms(name).Select(form => Engine?.Find(form)).FirstOrDefault(found => found is not null);

    /// <summary>The name as it would be without what stands in front of all.</summary>
    public string Plain(string name) => Find(name) is null ? Likeness.Forms(name).FirstOrDefault(IsKnown, name) : name;

    /// <summary>The engine with most names, if those are more than are known without a table.</summary>
    private static (EngineNames? Engine, int Count) Best(IReadOnlyCollection<string> names)
    {
        var known = names.Count(IsKnown);
        var counts = names.SelectMany(EngineTable.Having).CountBy(engine => engine).ToDictionary();
        var engine = EngineTable.All.MaxBy(engine => counts.GetValueOrDefault(engine))!;
        return counts.GetValueOrDefault(engine) is var count && count <= known ? (null, known) : (engine, count);
    }
}
