using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Reference.Walking;

/// <summary>What a step makes of another step's result before it computes with it.</summary>
/// <param name="reader">The step that computes.</param>
/// <param name="layer">Its layer.</param>
/// <param name="step">The step whose result it reads.</param>
/// <param name="result">The result.</param>
internal delegate Tensor InputRounding(ArticleStep reader, int layer, ArticleStep step, Tensor result);

/// <summary>One walk through the article: a checkpoint, a prompt, a dtype, and the results so far. Results are computed when first read.</summary>
/// <remarks>Not to be shared between threads. Disposing frees its tensors at once, where they hold native memory (TorchSharp).</remarks>
internal sealed class Walk : IDisposable
{
    private static readonly Dictionary<ArticleStep, Func<Values, StepResult>> Nothing = [];

    private readonly Checkpoint _checkpoint;
    private readonly TakenSteps _taken = new();

    /// <summary>Starts a walk.</summary>
    /// <param name="checkpoint">The model.</param>
    /// <param name="prompt">The text to continue.</param>
    /// <param name="dtype">bfloat16 as the notebook computes, or float32.</param>
    public Walk(Checkpoint checkpoint, string prompt, ScalarType dtype) =>
        (_checkpoint, this.prompt, this.dtype) = (checkpoint, prompt, dtype);

    /// <summary>The same walk, of which nothing has been computed yet.</summary>
    internal Walk(Walk other)
        : this(other._checkpoint, other.prompt, other.dtype) =>
        (positions, pass, Source, Replaced, Rounding, MatrixRounding, WeightRead) =
        (other.positions, other.pass, other.Source, other.Replaced, other.Rounding, other.MatrixRounding, other.WeightRead);

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

    /// <summary>Where steps find the results that they read.</summary>
    public ResultSource Source { get; init; } = ResultSource.Computed;

    /// <summary>Steps to compute otherwise: how mistakes are tried out.</summary>
    public IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Replaced { get; init; } = Nothing;

    /// <summary>
    /// What a step makes of another step's result before it computes with it; null to take it as it is. Example: weights in float16 have the
    /// inputs of their products rounded to float16.
    /// </summary>
    public InputRounding? Rounding { get; init; }

    /// <summary>What is made of weights that are matrices; null to take them as they are. Example: quantised ones that are expanded to float16.</summary>
    public Func<Tensor, Tensor>? MatrixRounding { get; init; }

    /// <summary>Called with the name of every weight that a step asks for: shows how far a long walk has come.</summary>
    public Action<string>? WeightRead { get; init; }

    /// <summary>The result of a step: given, remembered or computed.</summary>
    public StepResult this[ArticleStep step, Scope scope] => Source.Read(step, scope, () => Take(step, scope).Result);

    /// <summary>Computes a step, unless it has been computed before.</summary>
    public StepRun Take(ArticleStep step, Scope scope)
    {
        if (_taken.Find(step, scope) is { } known) { return known; }
        var run = _taken.Add(step, scope, Run(step, scope));
        if (Source.ForgetsFinishedLayers && step.is_layer_output && scope.head is null) { _taken.ForgetLayer(scope.layer); }
        return run;
    }

    /// <summary>What a step reads; it is computed if that has not been done before.</summary>
    public IReadOnlyList<Input> InputsOf(ArticleStep step, Scope scope) => _taken.InputsOf(step, scope) ?? Take(step, scope).Inputs;

    /// <summary>Computes a step from its inputs, whether or not it has been computed before.</summary>
    public StepRun Run(ArticleStep step, Scope scope) => Run(step, scope, []);

    /// <summary>The same, for those who ask what a step has read even if it fails.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="reads">Grows by everything that the step reads.</param>
    public StepRun Run(ArticleStep step, Scope scope, List<Input> reads)
    {
        using var temporaries = torch.NewDisposeScope();
        var run = Replaced.GetValueOrDefault(step.in_article) ?? Definition(step);
        var result = run(new Values(this, step.in_article, scope, reads)).Keep();
        return new StepRun(result, [.. reads.DistinctBy(read => read.Name)]);
    }

    /// <summary>The same walk, of which nothing has been computed yet, with some steps computed otherwise.</summary>
    public Walk With(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> replaced) => new(this) { Replaced = replaced };

    /// <summary>The same walk, of which nothing has been computed yet, with some results given.</summary>
    public Walk With(ResultSource source) => new(this) { Source = source };

    /// <summary>The same walk, of which nothing has been computed yet, with other keys and values kept; null leaves it as it is.</summary>
    public Walk StartingFrom(Pass? kept) => kept is null ? this : new(this) { pass = kept };

    /// <summary>A walk over the tokens of another pass; given results and positions belong to this pass, and are left out.</summary>
    public Walk With(Pass pass) => new(this) { pass = pass, positions = null, Source = ResultSource.Computed };

    /// <summary>Frees what it has computed of a layer, but for its output and its caches.</summary>
    internal void ForgetLayer(int layer) => _taken.ForgetLayer(layer);

    /// <summary>Frees the results that the walk has computed.</summary>
    public void Dispose() => _taken.Dispose();

    /// <summary>The right result of a step, even where this walk computes it otherwise.</summary>
    internal Tensor Right(ArticleStep step, Scope scope, List<Input> reads) =>
        Source.Right(step, scope, () => Definition(step)(new Values(this, step.in_article, scope, reads))).tensor;

    /// <summary>A weight in the dtype of this walk.</summary>
    internal Tensor Weight(string name)
    {
        WeightRead?.Invoke(name);
        var weight = _checkpoint.weight(name, dtype);
        return MatrixRounding is { } round && weight.ndim > 1 ? round(weight) : weight;
    }

    private Func<Values, StepResult> Definition(ArticleStep step) => pass?.instead.GetValueOrDefault(step.in_article) ?? step.run;
}
