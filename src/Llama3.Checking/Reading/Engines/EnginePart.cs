using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading.Engines;

/// <summary>What an engine has dumped of one run or pass, as the contract has it.</summary>
/// <param name="model">The model that it ran.</param>
/// <param name="reader">Reads the names.</param>
/// <param name="entries">The tensors.</param>
internal sealed class EnginePart(ModelParams model, NameReader reader, IReadOnlyList<DumpEntry> entries)
{
    /// <summary>How many tokens the run has: as many as ids, or as rows of a tensor that has one for each.</summary>
    private readonly long? _tokens = entries.FirstOrDefault(entry => TensorName.Parse(entry.Name)?.Alias.Step == tokens) is { } ids ? ids.Shape.LastOrDefault(1)
        : entries.Select(entry => reader.Find(entry.Name)?.Tensor.SizeOf("T", entry.Shape)).FirstOrDefault(size => size is not null);

    /// <summary>Whether nodes may be counted as in the table: none of them has a shape that it cannot have there.</summary>
    /// <param name="isPass">Whether it is a pass, which may have kept tokens before its own.</param>
    public bool CountsAsTable(bool isPass) => entries.All(entry =>
        reader.Find(entry.Name) is not { Tensor: { Name.IsCounted: true, Axes.Count: > 0, Steps.Count: > 0 } tensor } || tensor.Fits(entry.Shape, model, _tokens, isPass));

    /// <summary>
    /// The tensors as the contract has them. One keeps its name if no table has it, or its nodes are counted otherwise. What is known and not judged is ignored.
    /// </summary>
    /// <param name="countsAsTable">Whether nodes are counted as in the table.</param>
    public IEnumerable<DumpEntry> Read(bool countsAsTable) => entries.Select(entry => Read(entry, countsAsTable));

    private DumpEntry Read(DumpEntry entry, bool countsAsTable)
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
        if (tensor.Steps.Count == 0 || (tensor.Unless is { } other && IsRepeated(entry, other.In(layer ?? 0)))) { return null; }
        if (tensor.Steps.Count > 1) { return Fused[string.Join('|', tensor.Steps)].Replace("{n}", $"{layer}", StringComparison.Ordinal); }
        var id = tensor.WithMoreRows is { } more && tensor.SizeOf("S", entry.Shape) != _tokens ? more : tensor.Steps[0];
        var at = tensor.IsOfLayerBefore ? layer - 1 : layer;
        return at < 0 ? token_embeddings_unnormalized.id
            : at is null || TensorName.Parse(id)!.Alias.Step.repeats == Repeats.Once ? id
            : $"layers.{at}.{id}";
    }

    /// <summary>A name for each of those results that are taken apart (<see cref="FusedResults"/>).</summary>
    private static readonly Dictionary<string, string> Fused = Aliases.Fused.Where(alias => alias.Convention == MetaNames.All.Name)
        .DistinctBy(alias => alias.Steps[0]).ToDictionary(alias => string.Join('|', alias.Steps.Select(step => step.id)), alias => alias.Template);

    /// <summary>Whether another tensor has the same numbers, or is missing, so that nobody knows.</summary>
    private bool IsRepeated(DumpEntry entry, string other) => entries.FirstOrDefault(one => one.Name == other) is not { } found
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
}
