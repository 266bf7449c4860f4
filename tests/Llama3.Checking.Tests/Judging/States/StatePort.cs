using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.States;

/// <summary>A port of a small random model that runs batches, chunks and one prompt after another; right, or wrong in what it keeps between them.</summary>
internal sealed class StatePort : IDisposable
{
    /// <summary>What is in slots that hold nothing.</summary>
    public const float Noise = 7;

    private static readonly ArticleStep[] Dumped = [.. DumpContract.Must, CacheSteps.positions];

    private readonly RandomModel _model;

    /// <summary>A port of a model of these sizes; of four heads and no scaling if left out.</summary>
    public StatePort(ModelSizes? sizes = null) => _model = new(sizes ?? new ModelSizes(4, 2, 16));

    public void Dispose() => _model.Dispose();

    /// <summary>A prompt, right in itself.</summary>
    /// <param name="tokens">The ids.</param>
    /// <param name="positions">Positions other than 0, 1, 2, ….</param>
    public Walk Prompt(long[] tokens, params long[] positions) => new(_model.Model.Checkpoint, "", float32)
    {
        pass = CachePasses.First(torch.tensor(tokens)),
        Replaced = positions.Length == 0 ? FinerPoints.compositions : At(positions),
    };

    /// <summary>More tokens, at positions that may be others than those that follow.</summary>
    public static Walk Next(Walk before, long[] tokens, long? kept = null, long[]? positions = null)
    {
        var next = before.Next(torch.tensor(tokens), kept);
        return positions is null ? next.With(FinerPoints.compositions) : next.With(At(positions));
    }

    /// <summary>The same pass with mistakes.</summary>
    public static Walk With(Walk walk, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong) =>
        walk.With(walk.Replaced.Where(right => !wrong.ContainsKey(right.Key)).Concat(wrong).ToDictionary());

    /// <summary>What is dumped of it: what every port must dump, and the positions.</summary>
    /// <param name="walk">The pass.</param>
    /// <param name="prefix">Stands in front of all names.</param>
    /// <param name="steps">What is dumped beside that.</param>
    public static Dictionary<string, Tensor> Tensors(Walk walk, string prefix = "", params ArticleStep[] steps)
    {
        var scopes = Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer);
        return (from scope in scopes from step in Dumped.Concat(steps) select (step, scope))
            .DistinctBy(result => result.scope.KeyOf(result.step))
            .ToDictionary(result => prefix + result.scope.KeyOf(result.step), result => Port.Handle(walk[result.step, result.scope].tensor));
    }

    /// <summary>Rows as a batch, padded to the longest.</summary>
    /// <param name="left">Whether padding comes first.</param>
    /// <param name="rows">What was dumped of each, with or without padding of its own, and how many of the slots are tokens.</param>
    public static Dictionary<string, Tensor> Batch(bool left, params (Dictionary<string, Tensor> Tensors, int Tokens)[] rows)
    {
        var slots = rows.Max(row => row.Tensors["tokens"].shape[0]);
        var batch = rows[0].Tensors.Keys.ToDictionary(name => name, name => torch.stack(rows.Select(row => Padded(name, row.Tensors[name], slots, left))));
        batch["attention_mask"] = torch.tensor(
            [.. rows.SelectMany(row => Enumerable.Range(0, (int)slots).Select(slot => IsToken(slot, row.Tokens, (int)slots, left) ? 1L : 0))], [rows.Length, slots]);
        return batch;
    }

    /// <summary>The verdict.</summary>
    public PortReport Check(params IEnumerable<Dictionary<string, Tensor>> parts) => Check(MemoryDump.Of(parts.SelectMany(part => part).ToDictionary()));

    /// <summary>The verdict.</summary>
    public PortReport Check(Dump dump) => new DumpCheck(DumpedRun.Of(dump, _model.Model)).Run();

    /// <summary>The names that are said, by the part of the dump; parts that agree are left out, and a fault without a name is "?".</summary>
    public static Dictionary<string, string> Said(PortReport report) => report.Passes.Prepend(report).Where(part => !part.AgreesHere).ToDictionary(
        part => part.Place,
        part => string.Join(", ", part.Results.Where(result => result.IsFault)
            .Select(result => result.Causes.Count == 0 ? "?" : string.Join(" or ", result.Causes)).Distinct()));

    private static bool IsToken(int slot, int tokens, int slots, bool left) => left ? slot >= slots - tokens : slot < tokens;

    private static Tensor Padded(string name, Tensor tensor, long slots, bool left)
    {
        var parsed = TensorName.Parse(name)!;
        var scope = parsed.Layer is { } layer ? Scope.Layer(layer) : Scope.Article;
        foreach (var (axis, _) in parsed.Alias.Step.shape_in(scope).Names.Index().Where(size => size.Item is "T" or "M" or "N+M"))
        {
            var sizes = tensor.shape;
            if (sizes[axis] == slots) { continue; }
            sizes[axis] = slots - sizes[axis];
            var noise = tensor.dtype == int64 ? torch.zeros(sizes, dtype: int64) : torch.full(sizes, Noise);
            tensor = torch.cat(left ? [noise, tensor] : [tensor, noise], axis);
        }
        return tensor;
    }

    private static Dictionary<ArticleStep, Func<Values, StepResult>> At(long[] positions) =>
        new(FinerPoints.compositions) { [CacheSteps.positions] = _ => torch.tensor(positions) };
}
