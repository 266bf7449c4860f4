using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// Walks of the reference on what a port dumped: every step reads what the port dumped of its inputs, and only the rest is computed.
/// The results are not judged here.
/// </summary>
/// <param name="golden">The inputs that the port ran on.</param>
/// <param name="tensors">What it dumped.</param>
/// <param name="rows">How many rows its caches hold.</param>
/// <param name="before">What was kept of the pass before; null for the prompt.</param>
/// <param name="others">What a port may have kept that it should not; null for nothing.</param>
internal sealed class DumpWalks(GoldenCase golden, DumpedTensors tensors, CacheRows rows, DumpedCache? before, OtherRows? others = null)
{
    private readonly Dictionary<DumpedResult, Tensor> _whole = [];

    /// <summary>The inputs that the port ran on.</summary>
    public GoldenCase Golden => golden;

    /// <summary>What the port dumped.</summary>
    public DumpedTensors Tensors => tensors;

    /// <summary>
    /// What the port dumped for a step; null if it did not. Where it goes on with the last token alone, the other rows are as they should be.
    /// </summary>
    public StepResult? Find(ArticleStep step, Scope scope)
    {
        if (tensors.Results.Find(step, scope) is not { IsLastRow: true } last) { return tensors.Find(step, scope); }
        var whole = Whole(last);
        return last.Scope.head is null && scope.head is { } head && step.heads_in(tensors.Results.Model) is not null ? whole[head] : whole;
    }

    /// <summary>Forgets what has been read.</summary>
    public void Forget()
    {
        tensors.Forget();
        _whole.Clear();
    }

    /// <summary>A walk that takes what the port dumped, and computes the rest from it.</summary>
    /// <param name="dtype">float32, or bfloat16 to round as the notebook does.</param>
    /// <param name="except">Steps to compute although they were dumped.</param>
    public Walk Walk(ScalarType dtype, IReadOnlySet<ArticleStep>? except = null) => new(golden.Model.Checkpoint, golden.Prompt, dtype)
    {
        Source = ResultSource.GivenOrComputed((step, scope) => Given(step, scope, dtype, isTaken: except?.Contains(step) != true)),
        positions = golden.Positions(),
        pass = (before?.PassAfter(golden, dtype) ?? golden.Walks?.Start) is { } start ? start with { others = others } : null,
        Replaced = FinerPoints.compositions,
    };

    /// <summary>Whether a step was dumped, and other steps are computed from it.</summary>
    public bool Uses(ArticleStep step, Scope scope) =>
        tensors.Results.Has(step, scope) && (!ReadsCache(step) || Fits(step, Find(step, scope)!.tensor));

    /// <summary>The rows before the last are those of the golden; without one, what follows from what was dumped.</summary>
    private Tensor Whole(DumpedResult last)
    {
        if (_whole.TryGetValue(last, out var known)) { return known; }
        var (step, scope) = (last.Step, last.Scope);
        using var walk = Walk(ScalarType.Float32, except: new HashSet<ArticleStep> { step });
        var right = golden.Expected(step, scope, ScalarType.Float32) is { } found && HasAllTokens(step, scope, found)
            ? found
            : walk.Run(step, scope).Result.tensor;
        return _whole[last] = last.In(right, tensors.Find(step, scope)!.tensor).DetachFromDisposeScope();
    }

    private bool HasAllTokens(ArticleStep step, Scope scope, Tensor found) =>
        found.shape[step.shape_in(scope).Names.Index().First(name => name.Item == "T").Index] == rows.New;

    private StepResult? Given(ArticleStep step, Scope scope, ScalarType dtype, bool isTaken) =>
        isTaken && Find(step, scope) is { } dumped && (!ReadsCache(step) || Fits(step, dumped.tensor))
            ? (StepResult)dumped.tensor.to_type(step.dtype_in(dtype)!.Value)
            : golden.InputOf(step, scope, dtype);

    private bool ReadsCache(ArticleStep step) => (before is not null || others is not null) && step.shape.HasKeys;

    /// <summary>Scores and masks of another number of keys than the cache has are judged, but nothing can be computed from them.</summary>
    private bool Fits(ArticleStep step, Tensor dumped) =>
        dumped.shape.AsSpan().EndsWith(step.shape.Sizes(golden.Model.Checkpoint.Params, golden.Tokens, rows.Count));
}
