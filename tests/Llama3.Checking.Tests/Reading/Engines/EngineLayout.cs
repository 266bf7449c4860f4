using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Steps = System.Collections.Generic.Dictionary<Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Checking.Tests.Reading.Engines;

/// <summary>An engine of the table: the reference's own values, under its names and in its shapes.</summary>
/// <param name="engine">Its names.</param>
/// <param name="checkpoint">The model that it runs.</param>
/// <param name="layers">The layers that are dumped.</param>
internal sealed class EngineLayout(EngineNames engine, Checkpoint checkpoint, IReadOnlyList<int> layers)
{
    /// <summary>How many rows a cache has that is padded, and how many keys the scores against it.</summary>
    private const int Capacity = 40;

    /// <summary>Engines that have queries and keys in Meta's order.</summary>
    private static readonly string[] OfNeighbours = ["torchtune", "gpt-fast", "ibm-fms"];

    private static readonly string[] InOrder = ["q_per_token", "k_per_token", "q_per_token_rotated", "k_per_token_rotated", "k_cache"];

    /// <summary>All layers of a micro checkpoint.</summary>
    public EngineLayout(EngineNames engine, MicroModel model)
        : this(engine, model.Checkpoint, [.. Enumerable.Range(0, model.Checkpoint.Params.n_layers)])
    {
    }

    /// <summary>A prompt and the passes after it, with their ids, as engines are dumped.</summary>
    /// <param name="passes">The ids.</param>
    /// <param name="wrong">Steps that the engine computes otherwise.</param>
    public Dictionary<string, Tensor> Dump(IReadOnlyList<Tensor> passes, Steps? wrong = null)
    {
        var dump = new Dictionary<string, Tensor>();
        var walk = new Walk(checkpoint, "", float32) { pass = CachePasses.First(passes[0]) }.With(wrong ?? []);
        foreach (var (number, tokens) in passes.Index())
        {
            if (number > 0) { walk = walk.Next(tokens); }
            Add(dump, number == 0 ? "" : $"decode.{number - 1}.", walk);
        }
        return dump;
    }

    /// <summary>The layers in which a row of the table names something.</summary>
    public IEnumerable<int> LayersOf(EngineTensor row) =>
        !row.Name.IsOfLayers ? [0]
        : row.Steps is ["final_embedding_normalized"] ? [checkpoint.Params.n_layers]
        : layers;

    private void Add(Dictionary<string, Tensor> dump, string prefix, Walk walk)
    {
        dump[$"{prefix}tokens"] = walk[ArticleSteps.tokens, Scope.Article].tensor;
        foreach (var row in engine.Tensors)
        {
            foreach (var layer in LayersOf(row)) { dump[prefix + row.Name.In(layer)] = Value(row, layer, walk).contiguous(); }
        }
    }

    private Tensor Value(EngineTensor row, int layer, Walk walk)
    {
        if (row.Steps.Count == 0) { return torch.ones(7); }
        var at = row.IsOfLayerBefore ? layer - 1 : Math.Min(layer, walk.config.n_layers - 1);
        string[] ids = at < 0 ? ["token_embeddings_unnormalized"] : row.WithMoreRows is { } more && walk.pass!.kept > 0 ? [more] : [.. row.Steps];
        var parts = ids.Select(id => InAxes(row, id, Result(id, at, walk))).ToList();
        var value = parts.Count == 1 ? parts[0] : torch.cat([.. parts], -1);
        return row.DividedBy == 0 ? value : value / Math.Pow(walk.config.head_dim, row.DividedBy);
    }

    private Tensor Result(string id, int layer, Walk walk)
    {
        if (id is "freqs_cos" or "freqs_sin")
        {
            var table = torch.view_as_real(walk[ArticleSteps.freqs_cis, Scope.Article].tensor)[TensorIndex.Ellipsis, id == "freqs_cos" ? 0 : 1];
            return torch.cat([table, table], -1);
        }
        var result = walk[Aliases.Find(id), Scope.Layer(layer)].tensor;
        return InOrder.Contains(id) && !OfNeighbours.Contains(engine.Name) ? Halves(result) : result;
    }

    private static Tensor Halves(Tensor x) => x.reshape([.. x.shape[..^1], x.shape[^1] / 2, 2]).transpose(-1, -2).reshape(x.shape);

    /// <summary>A result of the reference, heads in front, with the axes of a row: repeated, padded, cut into groups or joined.</summary>
    private Tensor InAxes(EngineTensor row, string id, Tensor result)
    {
        var (axes, config) = (row.Axes.Where(axis => axis != "1").ToList(), checkpoint.Params);
        if (result.shape.Length == 3)
        {
            result = WithHeads(axes, id, result);
        }
        else if (axes.Contains("heads"))
        {
            result = result.reshape(result.shape[0], config.n_heads, config.head_dim).transpose(0, 1);
        }
        else if (axes.Contains(EngineTensor.Group))
        {
            result = result.reshape(result.shape[0], config.n_kv_heads, config.group_size, config.head_dim);
            return Leading(row, result);
        }
        if (result.shape.Length == 3 && axes.Any(axis => axis.EndsWith("*head_dim", StringComparison.Ordinal)))
        {
            result = result.transpose(0, 1).reshape(result.shape[1], -1);
        }
        return Leading(row, result.shape.Length < 3 ? result : Ordered(axes, result));
    }

    private Tensor WithHeads(List<string> axes, string id, Tensor result)
    {
        var config = checkpoint.Params;
        if (axes.Contains("heads") && result.shape[0] != config.n_heads)
        {
            result = result.reshape(result.shape[0], 1, result.shape[1], result.shape[2]).expand(result.shape[0], config.group_size, result.shape[1], result.shape[2])
                .reshape(config.n_heads, result.shape[1], result.shape[2]);
        }
        return axes.Contains("C") ? Padded(result, axis: id.EndsWith("_cache", StringComparison.Ordinal) ? 1 : 2, id) : result;
    }

    /// <summary>Zeros after what is in use; in masked scores a large negative number.</summary>
    private static Tensor Padded(Tensor result, int axis, string id)
    {
        long[] shape = [.. result.shape.Index().Select(size => size.Index == axis ? Capacity - size.Item : size.Item)];
        var padding = torch.zeros(shape) + (id == "qk_per_token_after_masking" ? -2.4e38 : 0);
        return torch.cat([result, padding], axis);
    }

    private Tensor Ordered(List<string> axes, Tensor heads)
    {
        var config = checkpoint.Params;
        string[] last = heads.shape[2] == config.head_dim && axes.Contains("head_dim") ? ["head_dim"] : ["C", "S"];
        string[] rows = last[0] == "head_dim" ? ["T", "S", "C"] : ["T"];
        string[][] now = axes.Contains(EngineTensor.Group) ? [[EngineTensor.Heads], [EngineTensor.Group], rows, last] : [["heads", EngineTensor.Heads], rows, last];
        var cut = axes.Contains(EngineTensor.Group) ? heads.reshape(config.n_kv_heads, config.group_size, heads.shape[1], heads.shape[2]) : heads;
        return cut.permute([.. axes.Select(axis => (long)Array.FindIndex(now, names => names.Contains(axis)))]);
    }

    private static Tensor Leading(EngineTensor row, Tensor result) => result.reshape([.. row.Axes.TakeWhile(axis => axis == "1").Select(_ => 1L), .. result.shape]);
}
