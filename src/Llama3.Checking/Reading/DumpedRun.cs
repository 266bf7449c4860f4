using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>What a port dumped, by step and layer, rearranged as the reference has it. Tensors are read when they are asked for.</summary>
internal sealed class DumpedRun
{
    /// <summary>How many tokens a port may have put in front of the prompt or behind it, or forgotten, and still be judged.</summary>
    private const int OtherTokens = 2;

    private readonly Dictionary<string, DumpedResult> _tensors;
    private readonly Dictionary<string, StepResult> _read = [];
    private readonly HalfSplit? _halfSplit;
    private readonly DumpedRun? _before;
    private readonly DumpedCache _cache;
    private readonly SortedSet<string> _readAs = [];

    /// <summary>Finds the steps in a dump.</summary>
    /// <param name="dump">The dump; stays open as long as tensors are read.</param>
    /// <param name="golden">The model that the port ran, and the inputs that it ran it on.</param>
    /// <exception cref="BadInputException">No tensor bears a known name, or one has a shape or dtype that its step cannot have.</exception>
    public DumpedRun(Dump dump, GoldenCase golden)
        : this(DumpedPasses.Prefill(dump), golden, null) => Passes = DumpedPasses.Of(dump, this);

    /// <summary>Finds the steps in what a dump holds of one pass.</summary>
    /// <param name="dump">The pass alone.</param>
    /// <param name="golden">The pass that the port ran.</param>
    /// <param name="before">The pass before, or the prompt; null for the prompt itself.</param>
    internal DumpedRun(Dump dump, GoldenCase golden, DumpedRun? before)
    {
        (Dump, Golden, _before) = (dump, golden, before);
        Unknown = [.. dump.Entries.Select(entry => entry.Name).Where(name => TensorName.Parse(name) is null)];
        Tokens = golden.IsPass ? golden.Tokens : CountTokens();
        Tensors = new ResultReader(dump, Checkpoint.Params, Tokens, PossibleKeys(), _readAs).Collect();
        _tensors = Tensors.ToDictionary(tensor => tensor.Key);
        if (_tensors.Count == 0) { throw Nothing(); }
        _cache = new DumpedCache(this, before?._cache);
        _halfSplit = new HalfSplit(this);
        if (golden is { IsPass: true, HasGoldens: false })
        {
            _readAs.Add("other tokens than prompt.json's: held against the reference, not against goldens");
        }
        Forget();
    }

    /// <summary>The passes over new tokens behind the prompt, one after the other; none of a pass itself.</summary>
    public IReadOnlyList<DumpedRun> Passes { get; } = [];

    /// <summary>The files.</summary>
    public Dump Dump { get; }

    /// <summary>The inputs that the port ran on, and what they should have yielded.</summary>
    public GoldenCase Golden { get; }

    /// <summary>The model that the port ran.</summary>
    public Checkpoint Checkpoint => Golden.Model.Checkpoint;

    /// <summary>T, the number of tokens that the port ran on.</summary>
    public long Tokens { get; }

    /// <summary>Names in the dump that are no step's.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>What is unusual in the dump and how it was read.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. Tensors.Where(tensor => tensor.Convention.Length > 0).Select(tensor => $"names of {tensor.Convention}").Distinct(),
        .. Tensors.SelectMany(tensor => tensor.Notes, (tensor, note) => (tensor, note))
            .GroupBy(pair => pair.note, pair => pair.tensor)
            .Select(same => $"{same.Key}: {Names(same)}"),
        .. _halfSplit?.Notes ?? [],
        .. _readAs,
    ];

    /// <summary>Those of the notes that are not about layouts and names.</summary>
    public IReadOnlyCollection<string> Remarks => _readAs;

    /// <summary>The dumped results, in the order in which they are computed.</summary>
    internal IReadOnlyList<DumpedResult> Tensors { get; }

    /// <summary>A walk that takes what the port dumped, and computes the rest from it.</summary>
    /// <param name="dtype">float32, or bfloat16 to round as the notebook does.</param>
    /// <param name="except">Steps to compute although they were dumped.</param>
    internal Walk Walk(ScalarType dtype, IReadOnlyCollection<ArticleStep>? except = null) => new(Checkpoint, Golden.Prompt, dtype)
    {
        Source = ResultSource.GivenOrComputed((step, scope) => except?.Contains(step) == true ? null : Find(step, scope) is { } dumped && Fits(step, dumped.tensor)
            ? (StepResult)dumped.tensor.to_type(step.dtype_in(dtype)!.Value)
            : Golden.InputOf(step, scope, dtype)),
        positions = Golden.Positions(),
        pass = _before is null ? null : PassBehind(_before._cache, dtype),
        Replaced = FinerPoints.compositions,
    };

    /// <summary>Whether it is the article's prompt, or a pass of the manifest.</summary>
    internal bool IsForeseen => Golden.IsBeforePasses;

    /// <summary>What the port predicted; what it should have, if it did not dump that; null if nothing is known.</summary>
    internal long? NextToken => Find(ArticleSteps.next_token, Scope.Article)?.tensor.item<long>()
        ?? Golden.Results(ScalarType.Float32).GetValueOrDefault(ArticleSteps.next_token.id)?.tensor.item<long>();

    /// <summary>Whether a step was dumped with all its heads.</summary>
    internal bool HasWhole(ArticleStep step, Scope layer) => Source(step, layer) is { Scope.head: null };

    /// <summary>What the port dumped for a step; null if it did not.</summary>
    internal StepResult? Find(ArticleStep step, Scope scope)
    {
        var key = scope.KeyOf(step);
        if (_read.TryGetValue(key, out var known)) { return known; }
        // It may be asked for within a step, whose dispose scope ends before the dump is done with.
        return Load(step, scope) is { } tensor ? _read[key] = tensor.DetachFromDisposeScope() : null;
    }

    /// <summary>Whether a step was dumped: in every layer with all heads, if it is computed there.</summary>
    internal bool Covers(ArticleStep step) => step.repeats == Repeats.Once
        ? Has(step, Scope.Article)
        : Enumerable.Range(0, Checkpoint.Params.n_layers).All(layer => Has(step, Scope.Layer(layer)));

    /// <summary>Whether a step can be found.</summary>
    internal bool Has(ArticleStep step, Scope scope) => Source(step, scope) is not null;

    /// <summary>Whether a step can be found, and other steps be computed from it.</summary>
    internal bool IsUsed(ArticleStep step, Scope scope) =>
        Has(step, scope) && (_before is null || !step.shape.HasKeys || Fits(step, Find(step, scope)!.tensor));

    /// <summary>Frees what has been read: at the end of a layer little of it is needed again.</summary>
    internal void Forget() => _read.Clear();

    /// <summary>As dumped, also where queries and keys are in another order.</summary>
    internal Tensor? FindRaw(ArticleStep step, Scope scope) => Source(step, scope) is { } source
        ? source.Scope.head is null && scope.head is { } head && step.heads_in(Checkpoint.Params) is not null ? source.Read()[head] : source.Read()
        : null;

    private Tensor? Load(ArticleStep step, Scope scope)
    {
        var raw = FindRaw(step, scope);
        return raw is null || _halfSplit is null ? raw : _halfSplit.Undo(raw, step, scope.layer);
    }

    /// <summary>The article's own results are those of layer 0 and head 0, and are found among them too.</summary>
    private DumpedResult? Source(ArticleStep step, Scope scope)
    {
        if (_tensors.TryGetValue(scope.KeyOf(step), out var own)) { return own; }
        if (scope.layer != 0) { return null; }
        var other = scope.head is null && step.heads_in(Checkpoint.Params) is null ? Scope.Article : Scope.Layer(0);
        return _tensors.GetValueOrDefault(other.KeyOf(step));
    }

    private Pass PassBehind(DumpedCache kept, ScalarType dtype) =>
        CachePasses.After(Golden.Kept, Golden.NewTokens, kept.Keys, layer => kept.Values(layer).to_type(dtype)) with
        {
            IsFromCache = kept.IsDumped && _before!.Golden.IsPass,
        };

    /// <summary>Scores and masks of another number of keys than the cache has are judged, but nothing can be computed from them.</summary>
    private bool Fits(ArticleStep step, Tensor dumped) => _before is null || !step.shape.HasKeys
        || dumped.shape.AsSpan().EndsWith(step.shape.Sizes(Checkpoint.Params, Tokens, _cache.Rows));

    private List<long> PossibleKeys()
    {
        if (_before is null) { return [Tokens]; }
        var (right, own) = (Golden.Kept + Tokens, _before._cache.Rows + Tokens);
        long[] near = [0, 1, -1, OtherTokens, -OtherTokens];
        return [.. near.Select(by => right + by).Concat(near.Select(by => own + by))
            .Concat([Golden.Kept, _before._cache.Rows, Tokens]).Where(keys => keys > 0).Distinct()];
    }

    private long CountTokens()
    {
        var dumped = Dump.Entries.Where(entry => TensorName.Parse(entry.Name)?.Alias.Step == ArticleSteps.tokens).ToList();
        if (dumped.Count == 0) { return Golden.Tokens; }
        var count = dumped is [var only] && TensorName.Parse(only.Name)!.Position is null
            ? only.Shape.Aggregate(1L, (product, size) => product * size)
            : dumped.Count;
        return Math.Abs(count - Golden.Tokens) <= OtherTokens ? count : throw new BadInputException(
            $"{Dump.Path}: {ArticleSteps.tokens.id} holds {count} ids, expected the {Golden.Tokens} of {Golden.Name}, "
            + $"with {OtherTokens} more or fewer at most: give the port the ids of prompt.json, one row of them; "
            + "other inputs are checked with --case");
    }

    private BadInputException Nothing() => new($"{Dump.Path} holds no tensor with a name that is known"
        + (Unknown.Count == 0 ? $"; {(Golden.IsPass ? "it is empty" : "it is empty, apart from passes behind the prompt, decode.{i}")}"
            : $", but {Unknown.Count} others, such as {Printable.Text(Unknown[0])}")
        + "; expected step ids such as layers.0.q_per_token (llama3verify steps lists them)");

    private static string Names(IEnumerable<DumpedResult> tensors)
    {
        var names = tensors.Select(tensor => tensor.Name).ToList();
        return names.Count <= 3 ? string.Join(", ", names.Select(Printable.Text)) : $"{Printable.Text(names[0])} and {names.Count - 1} more";
    }
}
