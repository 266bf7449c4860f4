using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading.Engines;

/// <summary>What an engine has dumped of one run or pass, as the contract has it.</summary>
/// <param name="model">The model that it ran.</param>
/// <param name="engine">The engine.</param>
/// <param name="entries">The tensors.</param>
/// <param name="miscounted">The kinds of nodes that are counted otherwise than in the table.</param>
internal sealed class EnginePart(ModelParams model, EngineNames engine, IReadOnlyList<DumpEntry> entries, IReadOnlySet<string> miscounted)
{
    private readonly Lazy<long?> _tokens = new(() => Rows(entries, engine));

    /// <summary>
    /// A tensor as the contract has it. It keeps its name if that is not the engine's, or its kind of nodes is counted otherwise; nothing is left of
    /// what is known and not judged.
    /// </summary>
    public DumpEntry? Read(DumpEntry entry)
    {
        if (engine.Find(entry.Name) is not var (tensor, layer) || miscounted.Contains(tensor.Name.Key) || layer > model.n_layers) { return entry; }
        return NameOf(tensor, layer, entry) is not { } name ? null : Arranged(tensor, entry with { Written = entry.Name, Convention = engine.Name }).Renamed(name);
    }

    private string? NameOf(EngineTensor tensor, int? layer, DumpEntry entry)
    {
        if (tensor.Steps.Count == 0 || (tensor.Unless is { } other && Repeats(entry, other))) { return null; }
        if (tensor.Steps.Count > 1) { return $"layers.{layer}.{(tensor.Steps.Count == 2 ? GateAndUp : QueriesKeysValues)}"; }
        var id = tensor.WithMoreRows is { } more && entry.Shape.Any(size => size == _tokens.Value) ? tensor.Steps[0] : tensor.WithMoreRows ?? tensor.Steps[0];
        var at = tensor.IsOfLayerBefore ? layer - 1 : layer;
        return at < 0 ? token_embeddings_unnormalized.id
            : at == model.n_layers && AfterTheLayers.TryGetValue(id, out var last) ? last
            : at is null || IsOnce(id) ? id
            : $"layers.{at}.{id}";
    }

    /// <summary>Names under which several results are taken apart (<see cref="FusedResults"/>).</summary>
    private const string QueriesKeysValues = "attention.wqkv", GateAndUp = "feed_forward.w13";

    /// <summary>The norm after the last layer, of engines that count it with those in the layers.</summary>
    private static readonly Dictionary<string, string> AfterTheLayers = new()
    {
        [FinerPoints.attention_norm_before_weight.id] = FinerPoints.norm_before_weight.id,
        [token_embeddings.id] = final_embedding_normalized.id,
    };

    private static bool IsOnce(string id) => TensorName.Parse($"layers.0.{id}") is null;

    /// <summary>Whether another tensor has the same numbers.</summary>
    private bool Repeats(DumpEntry entry, string other) => entries.FirstOrDefault(one => one.Name == other) is not { } found
        || (found.Shape.SequenceEqual(entry.Shape) && found.Load().ToSingles().SequenceEqual(entry.Load().ToSingles()));

    private DumpEntry Arranged(EngineTensor tensor, DumpEntry entry)
    {
        var arranged = InGroups(tensor, entry);
        if (tensor.DividedBy == 0) { return arranged; }
        var factor = Math.Pow(model.head_dim, tensor.DividedBy);
        return arranged.As([.. arranged.Shape], numbers => numbers.to_type(ScalarType.Float32) * factor) with
        {
            Note = $"divided by {(tensor.DividedBy == 0.5 ? "the root" : "the fourth root")} of head_dim before the product, multiplied by it for comparison",
        };
    }

    /// <summary>Heads on one axis in front, of a tensor that has them in groups; the axes of size 1 before them go.</summary>
    private DumpEntry InGroups(EngineTensor tensor, DumpEntry entry)
    {
        var axes = tensor.Axes.ToList();
        if (!axes.Contains(EngineTensor.Group) || axes.Count != entry.Shape.Count || !tensor.Fits(entry.Shape, model)) { return entry; }
        var (heads, group) = (axes.IndexOf(EngineTensor.Heads), axes.IndexOf(EngineTensor.Group));
        int[] rest = [.. Enumerable.Range(0, axes.Count).Where(axis => axis != heads && axis != group && axes[axis] != "1")];
        long[] order = [.. axes.Index().Where(axis => axis.Item == "1").Select(axis => (long)axis.Index), heads, group, .. rest.Select(axis => (long)axis)];
        long[] shape = [entry.Shape[heads] * entry.Shape[group], .. rest.Select(axis => entry.Shape[axis])];
        return entry.As(shape, numbers => numbers.permute(order).reshape(shape)) with { Note = "heads in groups" };
    }

    /// <summary>How many tokens the run has: as many as ids, or as rows of a tensor that has one for each.</summary>
    private static long? Rows(IReadOnlyList<DumpEntry> entries, EngineNames engine)
    {
        var ids = entries.FirstOrDefault(entry => TensorName.Parse(entry.Name)?.Alias.Step == tokens);
        return ids is not null ? ids.Shape.Aggregate(1L, (product, size) => product * size)
            : entries.Select(entry => (entry.Shape, Axes: engine.Find(entry.Name)?.Tensor.Axes))
                .Where(found => found.Axes?.Count == found.Shape.Count && found.Axes.Contains("T"))
                .Select(found => (long?)found.Shape[found.Axes!.ToList().IndexOf("T")]).FirstOrDefault();
    }
}
