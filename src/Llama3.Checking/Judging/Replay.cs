using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>The reference on what a port dumped: every step is computed from the port's own inputs, right or wrong.</summary>
internal sealed class Replay : IDisposable
{
    private readonly DumpedRun _dump;
    private readonly PortTolerances _tolerances;
    private readonly Walk _walk;
    private readonly Walk _rounded;
    private readonly Dictionary<(ArticleStep, Scope), InputPath> _paths = [];

    /// <summary>The right computation.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="tolerances">How closely the port must agree.</param>
    public Replay(DumpedRun dump, PortTolerances tolerances)
        : this(dump, tolerances, dump.Walk(ScalarType.Float32), dump.Walk(ScalarType.BFloat16))
    {
    }

    private Replay(DumpedRun dump, PortTolerances tolerances, Walk walk, Walk rounded) =>
        (_dump, _tolerances, _walk, _rounded) = (dump, tolerances, walk, rounded);

    /// <summary>The same with a mistake in it.</summary>
    public Replay With(KnownMistake mistake) => new(
        _dump, _tolerances, With(mistake, _dump.Walk(ScalarType.Float32)), With(mistake, _dump.Walk(ScalarType.BFloat16)));

    /// <summary>What a step computes in float32, and the path from the dumped results to it.</summary>
    public (Tensor Result, InputPath Path) Run(ArticleStep step, Scope scope)
    {
        var run = _walk.Run(step, scope);
        return (run.Result.tensor, _paths[(step, scope)] = InputPath.To(step, run, _walk, _dump));
    }

    /// <summary>The path from the dumped results to a step.</summary>
    public InputPath PathTo(ArticleStep step, Scope scope) =>
        _paths.TryGetValue((step, scope), out var known) ? known : Run(step, scope).Path;

    /// <summary>What a step computes in float32.</summary>
    public Tensor Result(ArticleStep step, Scope scope) => _walk.Run(step, scope).Result.tensor;

    /// <summary>How near the dumped result of a step is to what this replay computes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="path">
    /// The path to it. Where steps before it were not dumped, the roundings of all of them add up. Then the wider limit holds, that against goldens.
    /// </param>
    /// <param name="computed">What the replay computes.</param>
    public Closeness Judge(ArticleStep step, Scope scope, InputPath path, Tensor computed) => _tolerances.Judge(
        step,
        path.HasAllInputs ? PortTolerances.Local : PortTolerances.Golden,
        _dump.Seen(step, scope, _dump.Find(step, scope)!.tensor),
        _dump.Seen(step, scope, computed),
        () => _dump.Seen(step, scope, _rounded.Run(step, scope).Result.tensor));

    /// <summary>
    /// Whether a step can be computed from the results on the path to it. A mistake may make the cache longer than the scores that the port
    /// dumped, or transpose the scores: in each layer all of them must have one number of keys.
    /// </summary>
    public bool Fits(InputPath path)
    {
        var withKeys = path.InOrder.Where(input => input.Step!.shape.HasKeys).ToLookup(input => input.Step!.repeats == Repeats.Once);
        // The mask is computed once, and added to the scores of every layer.
        return withKeys[false].GroupBy(input => input.Scope.layer).All(layer => Fits(InputPath.Ordered(layer.Concat(
            withKeys[true].Select(once => once with { Scope = Scope.Layer(layer.Key) })))));
    }

    /// <summary>Frees what was computed.</summary>
    public void Dispose()
    {
        _walk.Dispose();
        _rounded.Dispose();
    }

    /// <summary>Computes one result after the other, and stops at the first that does not fit: no step computes with it.</summary>
    private bool Fits(IEnumerable<Input> ofLayer)
    {
        long? keys = null;
        foreach (var (step, scope) in ofLayer.Select(input => (input.Step!, input.Scope)))
        {
            var shape = _walk[step, scope].tensor.shape;
            keys ??= step.is_cache ? shape[^2] : shape[^1];
            if (!shape.SequenceEqual(step.shape_in(scope).Sizes(_walk.config, _dump.Tokens, keys))) { return false; }
        }
        return true;
    }

    private static Walk With(KnownMistake mistake, Walk walk) =>
        walk.With(walk.Replaced.Where(pair => !mistake.Wrong.ContainsKey(pair.Key)).Concat(mistake.Wrong).ToDictionary());
}
