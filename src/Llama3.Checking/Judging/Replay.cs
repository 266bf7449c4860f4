using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Checking.Roundings;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>The reference on what a port dumped: every step is computed from the port's own inputs, right or wrong.</summary>
internal sealed class Replay : IDisposable
{
    private readonly DumpedRun _dump;
    private readonly PortTolerances _tolerances;
    private readonly PortArithmetic? _arithmetic;
    private readonly Walk _walk;
    private readonly Walk _rounded;
    private readonly IReadOnlySet<ArticleStep> _except;
    private readonly Replay? _right;
    private readonly Dictionary<(ArticleStep, Scope), InputPath> _paths = [];

    /// <summary>The right computation.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="tolerances">How closely the port must agree.</param>
    /// <param name="arithmetic">What the port rounds, although it computes in float32; null for nothing.</param>
    public Replay(DumpedRun dump, PortTolerances tolerances, PortArithmetic? arithmetic = null)
        : this(dump, tolerances, arithmetic, new HashSet<ArticleStep>(), walk => walk, right: null)
    {
    }

    private Replay(
        DumpedRun dump, PortTolerances tolerances, PortArithmetic? arithmetic, IReadOnlySet<ArticleStep> except, Func<Walk, Walk> change, Replay? right)
    {
        (_dump, _tolerances, _arithmetic, _except, _right) = (dump, tolerances, arithmetic, except, right);
        (_walk, _rounded) = arithmetic is null
            ? (Changed(ScalarType.Float32), new Walk(Changed(ScalarType.BFloat16)) { Rounding = RoundedScores })
            : (arithmetic.Of(Changed(ScalarType.Float32)), Changed(ScalarType.Float32));

        Walk Changed(ScalarType dtype) => change(dump.Walk(dtype, except));
    }

    /// <summary>The same with steps that compute something else.</summary>
    /// <param name="wrong">What they compute.</param>
    /// <param name="before">The pass before, with the same steps wrong: it leaves wrong keys and values, unless the port dumped what it kept.</param>
    public Replay With(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong, Replay? before = null) =>
        new(_dump, _tolerances, _arithmetic, _except, walk => walk
            .With(walk.Replaced.Where(pair => !wrong.ContainsKey(pair.Key)).Concat(wrong).ToDictionary())
            .StartingFrom(LeftBy(before, walk)), right: this);

    /// <summary>The same, but some steps are computed although they were dumped.</summary>
    public Replay Without(IReadOnlySet<ArticleStep> dumped) => new(_dump, _tolerances, _arithmetic, dumped, walk => walk, right: null);

    /// <summary>What a step computes in float32, and the path from the dumped results to it.</summary>
    public (Tensor Result, InputPath Path) Run(ArticleStep step, Scope scope)
    {
        var run = _walk.Run(step, scope);
        return (run.Result.tensor, _paths[(step, scope)] = InputPath.To(step, run, _walk, _dump, _except));
    }

    /// <summary>The path from the dumped results to a step.</summary>
    public InputPath PathTo(ArticleStep step, Scope scope) =>
        _paths.TryGetValue((step, scope), out var known) ? known : Run(step, scope).Path;

    /// <summary>What a step computes in float32.</summary>
    public Tensor Result(ArticleStep step, Scope scope) => _walk.Run(step, scope).Result.tensor;

    /// <summary>What a step reads.</summary>
    public IReadOnlyList<Input> Inputs(ArticleStep step, Scope scope) => _walk.Run(step, scope).Inputs;

    /// <summary>How near the dumped result of a step is to what this replay computes; 0 for a token that is as good (<see cref="TieWith"/>).</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="path">
    /// The path to it. Where steps before it were not dumped, the roundings of all of them add up. Then the wider limit holds, that against goldens.
    /// </param>
    /// <param name="computed">What the replay computes.</param>
    /// <param name="actual">The result; null for the dumped one as it is.</param>
    public Closeness Judge(ArticleStep step, Scope scope, InputPath path, Tensor computed, Tensor? actual = null)
    {
        var closeness = Of(computed);
        return closeness.Agrees ? closeness
            : _arithmetic?.KeptAs(step) is { } type && Of(type.Of(computed)) is { Agrees: true } kept ? kept
            : TieWith(step, scope, computed) is not null ? new Closeness(0, 0)
            : closeness;

        Closeness Of(Tensor expected) => TolerancesOf(step, path).Judge(
            step,
            path.HasAllInputs ? PortTolerances.Local : PortTolerances.Golden,
            actual ?? _dump.Seen(step, scope),
            _dump.Seen(step, scope, expected),
            () => _dump.Seen(step, scope, _rounded.Run(step, scope).Result.tensor),
            () => Angles,
            IsTurned(step, path) ? _dump.Golden.AngleRoom : 0);
    }

    /// <summary>
    /// Where whole layers lie between, and the reference rounds as the port does, roundings that fall to the other side grow from layer to layer: then the limits of
    /// their precision hold.
    /// </summary>
    private PortTolerances TolerancesOf(ArticleStep step, InputPath path) =>
        _arithmetic is not null && path.Between.Count(input => input.Step!.is_layer_output) > 1 ? new(_dump.Golden.Model.Manifest, _arithmetic.Class)
        : !PortArithmetic.IsInPath(step, path.Between) ? _tolerances.WithoutProducts
        : !path.HasAllInputs || path.Between.Any(input => PortArithmetic.IsProduct(input.Step!)) ? _tolerances.Across
        : _tolerances;

    /// <summary>Whether a step is computed with angles that were not dumped.</summary>
    private static bool IsTurned(ArticleStep step, InputPath path) =>
        (AngleRoom.Turns(step) || path.Between.Any(input => AngleRoom.Turns(input.Step!))) && !path.Inputs.Any(input => input.Step == ArticleSteps.freqs_cis);

    /// <summary>
    /// Whether the port's next token is as good as the one that is computed, by its logits: only if they are equal, or where they were not dumped, if they differ by
    /// less than they may be off. Null for other steps.
    /// </summary>
    public NearTie? TieWith(ArticleStep step, Scope scope, Tensor computed)
    {
        if (step != ArticleSteps.next_token) { return null; }
        var logits = _walk[ArticleSteps.logits, scope].tensor;
        var allowed = _dump.Has(ArticleSteps.logits, scope) ? 0 : NearTie.Allowed(_tolerances, logits, () => _rounded[ArticleSteps.logits, scope].tensor);
        return NearTie.Between(_dump.Seen(step, scope), computed, logits.ToSingles(), _ => allowed);
    }

    /// <summary>The angles of the port's positions, from the frequencies that it dumped.</summary>
    public Tensor Angles => _walk[ArticleSteps.freqs_for_each_token, Scope.Article].tensor;

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

    /// <summary>Whether a distance is as small as that of a right result may be; in low precision a little more, see <see cref="FewNumbers"/>.</summary>
    public bool IsNear(Closeness closeness) =>
        closeness.Agrees || (_tolerances.Precision != PortPrecision.fp32 && FewNumbers.IsWithin(closeness, FewNumbers.Slight));

    /// <summary>Frees what was computed of a layer, but for its output and its caches; what is small is kept.</summary>
    public void ForgetLayer(int layer)
    {
        if (!_dump.IsLarge) { return; }
        _walk.ForgetLayer(layer);
        _rounded.ForgetLayer(layer);
    }

    /// <summary>Frees what was computed.</summary>
    public void Dispose()
    {
        _walk.Dispose();
        _rounded.Dispose();
    }

    /// <summary>The notebook keeps scores in float32; a port in bfloat16 may round them before it scales them, and when they are taken into the softmax.</summary>
    private Tensor RoundedScores(ArticleStep reader, int layer, ArticleStep step, Tensor result) =>
        (step == FinerPoints.qk_per_token_before_scaling || step == ArticleSteps.qk_per_token) && !_dump.Has(ArticleSteps.qk_per_token, Scope.Layer(0))
            ? result.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32)
            : result;

    /// <summary>Null where nothing else is known of it than what was dumped.</summary>
    private static Pass? LeftBy(Replay? before, Walk walk)
    {
        if (before is null or { _dump.Cache.AreDumped: true } || walk.pass is not { } pass) { return null; }
        // The first pass of a run does not go on from the run before, but a mistake may read what that has left.
        if (pass.others is { is_first: true, left: { } left })
        {
            return pass with { others = pass.others with { left = (cache, layer) => before.Kept(cache, layer) ?? left(cache, layer) } };
        }
        // A prompt, which starts without a cache, leaves nothing else than what was dumped of it.
        var isPrompt = !before._dump.Golden.IsPass && before._walk.pass?.others?.left is null;
        if (isPrompt && Enumerable.Range(0, walk.config.n_layers).All(before.HasKeysOrValues)) { return null; }
        return pass with
        {
            keys = layer => Left(CacheSteps.k_cache, layer) ?? pass.keys(layer),
            values = layer => Left(CacheSteps.v_cache, layer)?.to_type(walk.dtype) ?? pass.values(layer),
            IsFromCache = pass.IsFromCache || !isPrompt,
        };

        Tensor? Left(ArticleStep cache, int layer) => isPrompt && before.HasKeysOrValues(layer) ? null : before.Kept(cache, layer);
    }

    /// <summary>What a mistake leaves in a cache; null if it cannot be computed from what was dumped.</summary>
    private Tensor? Kept(ArticleStep cache, int layer) =>
        Fits(_right!.PathTo(cache, Scope.Layer(layer))) ? _walk[cache, Scope.Layer(layer)].tensor : null;

    private bool HasKeysOrValues(int layer) =>
        _dump.Has(ArticleSteps.k_per_token_rotated, Scope.Layer(layer)) || _dump.Has(ArticleSteps.v_per_token, Scope.Layer(layer));

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
}
