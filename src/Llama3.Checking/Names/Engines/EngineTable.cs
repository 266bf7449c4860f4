using Llama3.Reference.Walking;

namespace Llama3.Checking.Names.Engines;

/// <summary>The table of engines, <c>engines.tsv</c>: what each calls what it computes.</summary>
internal static class EngineTable
{
    /// <summary>The engines, in the order of the table.</summary>
    public static IReadOnlyList<EngineNames> All { get; } = [.. Read(Text())];

    private static readonly ILookup<string, EngineNames> ByKey =
        All.SelectMany(engine => engine.Keys, (engine, key) => (engine, key)).ToLookup(pair => pair.key, pair => pair.engine);

    /// <summary>The engines that have a name.</summary>
    public static IEnumerable<EngineNames> Having(string name) =>
        EngineNames.KeysOf(name).SelectMany(key => ByKey[key]).Distinct().Where(engine => engine.Find(name) is not null);

    /// <summary>The step that an engine calls so; of several results in one tensor the first. Null if none does.</summary>
    public static ArticleStep? StepOf(string name) => Having(name)
        .Select(engine => engine.Find(name) is { Tensor.Steps: [var first, ..] } ? TensorName.Parse(first)!.Alias.Step : null)
        .FirstOrDefault(step => step is not null);

    /// <summary>Reads a table: a line for each tensor below a line with the name of the engine in brackets.</summary>
    public static IEnumerable<EngineNames> Read(string table)
    {
        var rows = new List<EngineTensor>();
        var name = "";
        foreach (var line in table.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] != '[')
            {
                rows.Add(EngineTensor.Parse(name, line.Split('\t')));
                continue;
            }
            if (rows.Count > 0) { yield return new EngineNames(name, [.. rows]); }
            (name, rows) = (line[1..line.IndexOf(']', StringComparison.Ordinal)], []);
        }
        yield return new EngineNames(name, [.. rows]);
    }

    private static string Text()
    {
        using var reader = new StreamReader(typeof(EngineTable).Assembly.GetManifestResourceStream("engines.tsv")!);
        return reader.ReadToEnd();
    }
}
