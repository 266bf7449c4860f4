using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading.Engines;

/// <summary>What an engine has dumped of one run or pass, as the contract has it.</summary>
/// <param name="model">The model that it ran.</param>
/// <param name="reader">Reads the names.</param>
/// <param name="entries">The tensors.</param>
/// <param name="countsAsTable">Whether nodes are counted as in the table.</param>
internal sealed class EnginePart(ModelParams model, NameReader reader, IReadOnlyList<DumpEntry> entries, bool countsAsTable)
{
    private readonly Lazy<long?> _tokens = new(() => TokensIn(entries, reader));

    /// <summary>
    /// A tensor as the contract has it. It keeps its name if no table has it, or its nodes are counted otherwise. What is known and not judged is ignored.
    /// </summary>
    public DumpEntry Read(DumpEntry entry)
    {
        var written = entry with { Written = entry.Name };
        if (reader.Find(entry.Name) is not var (tensor, layer) || (tensor.Name.IsCounted && !countsAsTable) || layer > model.n_layers)
        {
            return reader.Plain(entry.Name) is var plain && plain != entry.Name ? written.Renamed(plain).With(reader.Likeness.ToString()) : entry;
        }
        return NameOf(tensor, layer, entry) is not { } name
            ? entry with { IsIgnored = true }
            : Arranged(tensor, written with { Convention = tensor.Engine }).With(reader.Likeness.ToString()).Renamed(name);
    }

    private string? NameOf(EngineTensor tensor, int? layer, DumpEntry entry)
    {
        if (tensor.Steps.Count == 0 || (tensor.Unless is { } other && Repeats(entry, new NodeName(other).In(layer ?? 0)))) { return null; }
        if (tensor.Steps.Count > 1) { return $"layers.{layer}.{(tensor.Steps.Count == 2 ? GateAndUp : QueriesKeysValues)}"; }
        var id = tensor.WithMoreRows is { } more && tensor.SizeOf("S", entry.Shape) != _tokens.Value ? more : tensor.Steps[0];
        var at = tensor.IsOfLayerBefore ? layer - 1 : layer;
        return at < 0 ? token_embeddings_unnormalized.id
            : at is null || IsOnce(id) ? id
            : $"layers.{at}.{id}";
    }

    /// <summary>Names under which several results are taken apart (<see cref="FusedResults"/>).</summary>
    private const string QueriesKeysValues = "attention.wqkv", GateAndUp = "feed_forward.w13";

    private static bool IsOnce(string id) => TensorName.Parse($"layers.0.{id}") is null;

    /// <summary>Whether another tensor has the same numbers, or is missing, so that nobody knows.</summary>
    private bool Repeats(DumpEntry entry, string other) => entries.FirstOrDefault(one => one.Name == other) is not { } found
        || (found.Shape.SequenceEqual(entry.Shape) && SameNumbers.Are(found.Load(), entry.Load()));

    private DumpEntry Arranged(EngineTensor tensor, DumpEntry entry)
    {
        var arranged = HeadsFirst(tensor, entry);
        if (tensor.DividedBy == 0) { return arranged; }
        var factor = Math.Pow(model.head_dim, tensor.DividedBy);
        return arranged.As([.. arranged.Shape], numbers => numbers.to_type(ScalarType.Float32) * factor)
            .With($"divided by {(tensor.DividedBy == 0.5 ? "the root" : "the fourth root")} of head_dim before the product, multiplied by it for comparison");
    }

    /// <summary>
    /// Heads on one axis in front, after axes of size 1: where there are as many tokens as heads, only the engine's row tells which axis is which.
    /// </summary>
    private DumpEntry HeadsFirst(EngineTensor tensor, DumpEntry entry)
    {
        if (!tensor.Fits(entry.Shape, model)) { return entry; }
        var axes = tensor.AxesOf(entry.Shape);
        int[] heads = [.. axes.Index().Where(axis => axis.Item is EngineTensor.QueryHeads or EngineTensor.Heads or EngineTensor.Group)
            .OrderBy(axis => axis.Item == EngineTensor.Group).Select(axis => axis.Index)];
        if (heads.Length == 0) { return entry; }
        var leading = axes.TakeWhile(axis => axis == "1").Count();
        int[] rest = [.. Enumerable.Range(leading, axes.Count - leading).Except(heads)];
        if (heads[0] == leading && heads.Length == 1) { return entry; }
        long[] order = [.. Enumerable.Range(0, leading).Concat(heads).Concat(rest).Select(axis => (long)axis)];
        long[] shape = [.. entry.Shape.Take(leading), heads.Aggregate(1L, (all, axis) => all * entry.Shape[axis]), .. rest.Select(axis => entry.Shape[axis])];
        return entry.As(shape, numbers => numbers.permute(order).reshape(shape)).With(heads.Length > 1 ? "heads in groups" : "tokens before heads");
    }

    /// <summary>How many tokens the run has: as many as ids, or as rows of a tensor that has one for each.</summary>
    public static long? TokensIn(IReadOnlyList<DumpEntry> entries, NameReader reader)
    {
        var ids = entries.FirstOrDefault(entry => TensorName.Parse(entry.Name)?.Alias.Step == tokens);
        return ids is not null ? ids.Shape.LastOrDefault(1)
            : entries.Select(entry => reader.Find(entry.Name)?.Tensor.SizeOf("T", entry.Shape)).FirstOrDefault(size => size is not null);
    }
}
