using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Reference.Walking;

/// <summary>One walk through the article: a checkpoint, a prompt, a dtype, and the results so far. Results are computed when first read.</summary>
/// <remarks>Not to be shared between threads. Disposing frees its tensors at once, where they hold native memory (TorchSharp).</remarks>
public sealed class Walk : IDisposable
{
    private readonly Dictionary<string, StepRun> _runs = [];
    private readonly Checkpoint _checkpoint;

    /// <summary>Starts a walk.</summary>
    /// <param name="checkpoint">The model.</param>
    /// <param name="prompt">The text to continue.</param>
    /// <param name="dtype">bfloat16 as the notebook computes, or float32.</param>
    public Walk(Checkpoint checkpoint, string prompt, ScalarType dtype) =>
        (_checkpoint, this.prompt, this.dtype) = (checkpoint, prompt, dtype);

    /// <summary>The fields of params.json.</summary>
    public ModelParams config => _checkpoint.Params;

    /// <summary>The checkpoint's tokenizer.</summary>
    public ITokenizer tokenizer => _checkpoint.tokenizer;

    /// <summary>The text to continue.</summary>
    public string prompt { get; }

    /// <summary>bfloat16 or float32.</summary>
    public ScalarType dtype { get; }

    /// <summary>[T] int64: positions other than 0, 1, 2, …; null for the usual ones.</summary>
    public Tensor? positions { get; init; }

    /// <summary>What is kept of the tokens before, and the new tokens to compute; null to compute the prompt without a cache.</summary>
    public Pass? pass { get; init; }

    /// <summary>Results to take as they are; for those it lacks, the function returns null. Null to compute everything.</summary>
    public Func<ArticleStep, Scope, StepResult?>? Given { get; init; }

    /// <summary>Whether what <see cref="Given"/> lacks is computed on the way to a step's inputs, or must not be asked for.</summary>
    public bool FillsGaps { get; init; }

    /// <summary>Steps to compute otherwise: how mistakes are tried out.</summary>
    public IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Replaced { get; init; } =
        new Dictionary<ArticleStep, Func<Values, StepResult>>();

    /// <summary>Called with the name of every weight that a step asks for: tells how far a long walk has come.</summary>
    public Action<string>? WeightRead { get; init; }

    /// <summary>The result of a step: given, remembered or computed.</summary>
    public StepResult this[ArticleStep step, Scope scope]
    {
        get
        {
            if (Given?.Invoke(step, scope) is { } given) { return given; }
            return Given is null || FillsGaps
                ? Take(step, scope).Result
                : throw new KeyNotFoundException($"{scope.KeyOf(step)} is not among the given results");
        }
    }

    /// <summary>Takes a step, unless it has been taken before.</summary>
    public StepRun Take(ArticleStep step, Scope scope)
    {
        var key = scope.KeyOf(step);
        if (_runs.TryGetValue(key, out var known)) { return known; }
        var run = _runs[key] = Run(step, scope);
        if (step == ArticleSteps.layer_0_embedding && scope.head is null && Given is null) { ForgetAllBut(key, scope.layer); }
        return run;
    }

    /// <summary>Of a finished layer only the output is needed; scores of many tokens take much memory.</summary>
    private void ForgetAllBut(string output, int layer)
    {
        foreach (var key in _runs.Keys.Where(key => key != output && IsOf(layer, key)).ToList())
        {
            _runs.Remove(key, out var run);
            run!.Result.Dispose();
        }
    }

    private static bool IsOf(int layer, string key) => key.StartsWith($"layers.{layer}.", StringComparison.Ordinal)
        && !key.EndsWith($".{CacheSteps.k_cache.id}", StringComparison.Ordinal)
        && !key.EndsWith($".{CacheSteps.v_cache.id}", StringComparison.Ordinal);

    /// <summary>Computes a step from its inputs, whether or not it has been computed before.</summary>
    public StepRun Run(ArticleStep step, Scope scope)
    {
        using var temporaries = torch.NewDisposeScope();
        var reads = new List<Input>();
        var run = Replaced.GetValueOrDefault(step.in_article) ?? RunOf(step);
        var result = run(new Values(this, scope, reads)).Keep();
        return new StepRun(result, [.. reads.DistinctBy(read => read.Name)]);
    }

    /// <summary>The same walk, of which nothing has been computed yet, with some steps computed otherwise.</summary>
    public Walk With(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> replaced) =>
        new(_checkpoint, prompt, dtype)
        {
            positions = positions,
            pass = pass,
            Given = Given,
            FillsGaps = FillsGaps,
            WeightRead = WeightRead,
            Replaced = replaced,
        };

    /// <summary>A pass over further tokens: of those before, it takes the keys and values from this pass, which must not be disposed yet.</summary>
    /// <param name="tokens">[M] int64.</param>
    /// <exception cref="InvalidOperationException">This walk has no cache: it did not start from <see cref="Pass.First"/>.</exception>
    public Walk Next(Tensor tokens) => pass is null ? throw new InvalidOperationException("this walk keeps nothing") :
        new(_checkpoint, prompt, dtype)
        {
            pass = new Pass(
                tokens,
                pass.kept + pass.tokens.shape[0],
                layer => this[CacheSteps.k_cache, Scope.Layer(layer)].tensor,
                layer => this[CacheSteps.v_cache, Scope.Layer(layer)].tensor)
            {
                IsFromCache = pass.kept > 0,
            },
            WeightRead = WeightRead,
            Replaced = Replaced,
        };

    /// <summary>Frees the results that the walk has computed.</summary>
    public void Dispose()
    {
        foreach (var run in _runs.Values) { run.Result.Dispose(); }
        _runs.Clear();
    }

    /// <summary>The right result of a step, even where this walk computes it otherwise.</summary>
    internal Tensor Right(ArticleStep step, Scope scope, List<Input> reads) =>
        Given is not null && !FillsGaps ? this[step, scope].tensor : RunOf(step)(new Values(this, scope, reads)).tensor;

    private Func<Values, StepResult> RunOf(ArticleStep step) =>
        pass is null ? step.run : CacheSteps.instead.GetValueOrDefault(step.in_article, step.run);

    internal Tensor Weight(string name)
    {
        WeightRead?.Invoke(name);
        return _checkpoint.weight(name).to_type(dtype);
    }
}

/// <summary>A computed step.</summary>
/// <param name="Result">What it yielded.</param>
/// <param name="Inputs">What it read, in order.</param>
public sealed record StepRun(StepResult Result, IReadOnlyList<Input> Inputs);

/// <summary>Something that a step read.</summary>
/// <param name="Name">The key of a result, or the name of a weight.</param>
/// <param name="Shape">The sizes of its dimensions.</param>
/// <param name="Step">The step whose result it is; null for a weight.</param>
/// <param name="Scope">The layer and head of that step.</param>
public sealed record Input(string Name, IReadOnlyList<long> Shape, ArticleStep? Step, Scope Scope);
