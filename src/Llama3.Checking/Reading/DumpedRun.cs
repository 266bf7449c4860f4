using Llama3.Checking.Goldens;
using Llama3.Checking.Names.Engines;
using Llama3.Checking.Reading.Engines;
using Llama3.Checking.Reading.Parts;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// What a port dumped of the prompt with the passes after it, or of one pass, arranged as the reference has it: all that is judged.
/// <see cref="DumpedRunBuilder"/> makes it. A run does not change; its tensors are read when they are asked for.
/// </summary>
internal sealed class DumpedRun
{
    private readonly DumpWalks _walks;
    private readonly WrittenNumbers _written;
    private readonly DumpNotes _notes;

    /// <summary>Puts a run together, without passes.</summary>
    /// <param name="dump">The files.</param>
    /// <param name="tokens">T, or M of a pass.</param>
    /// <param name="walks">The inputs, what was dumped, and the reference on it.</param>
    /// <param name="cache">What is kept for the next pass.</param>
    /// <param name="notes">How the dump was read.</param>
    internal DumpedRun(Dump dump, long tokens, DumpWalks walks, DumpedCache cache, DumpNotes notes) =>
        (Dump, Tokens, _walks, _written, Cache, _notes) = (dump, tokens, walks, new WrittenNumbers(walks.Tensors.Results), cache, notes);

    /// <summary>Finds the steps in a dump.</summary>
    /// <param name="dump">The dump; stays open as long as tensors are read.</param>
    /// <param name="golden">The model that the port ran, and the inputs that it ran it on.</param>
    /// <exception cref="BadInputException">Nothing in it can be judged.</exception>
    public static DumpedRun Of(Dump dump, GoldenCase golden)
    {
        var prompt = new DumpedRunBuilder(NumberedParts.Passes.Rest(dump), golden).Build();
        return prompt.With(DumpedPasses.Of(dump, prompt));
    }

    /// <summary>Finds the steps in a dump of one of the inputs that were captured; or, of several prompts in one dump, of whatever inputs.</summary>
    /// <param name="dump">The dump; stays open as long as tensors are read.</param>
    /// <param name="model">The model that the port ran.</param>
    /// <param name="caseName">The inputs that it ran on, as in <c>check --case</c>; null if nothing is said of them.</param>
    /// <param name="names">What the user says of the names; null for nothing.</param>
    /// <exception cref="BadInputException">Nothing in it can be judged, or the model has no such case.</exception>
    public static DumpedRun Of(Dump dump, GoldenModel model, string? caseName, EngineNames? names = null) =>
        Named(EngineDump.Of(dump, model.Checkpoint.Params, names), model, caseName);

    private static DumpedRun Named(Dump dump, GoldenModel model, string? caseName) =>
        model is ReferenceModel reference ? Of(dump, reference)
        : caseName is not null && State.Named(caseName) is { } state ? OfState(dump, model, state)
        : caseName is not null ? Of(dump, model.CaseNamed(caseName))
        : ReferenceRuns.AreSeveral(dump) ? Of(dump, new ReferenceModel(model.Folder, model.Checkpoint))
        : Of(dump, model.Article);

    private static DumpedRun OfState(Dump dump, GoldenModel model, State state)
    {
        DumpedState.Require(dump, state);
        return Of(dump, new ReferenceModel(model.Folder, model.Checkpoint));
    }

    /// <summary>Finds the steps in a dump of a model of which nothing was captured: of every row of every run in it.</summary>
    /// <param name="dump">The dump; stays open as long as tensors are read.</param>
    /// <param name="model">The model that the port ran.</param>
    /// <exception cref="BadInputException">It does not say which tokens the port ran on, or nothing in it can be judged.</exception>
    public static DumpedRun Of(Dump dump, ReferenceModel model)
    {
        var all = new ReferenceRuns(dump, model).Read();
        return all[0].With(all.Skip(1));
    }

    /// <summary>
    /// The passes over new tokens after the prompt, in their order; then the prompts and passes of the other rows of a batch, and of other runs.
    /// None of a pass itself.
    /// </summary>
    public IReadOnlyList<DumpedRun> Passes { get; private init; } = [];

    /// <summary>What came before: the pass that it goes on from, or the last one of the run before; null for a first prompt.</summary>
    public DumpedRun? Before { get; internal init; }

    /// <summary>The files.</summary>
    public Dump Dump { get; }

    /// <summary>The inputs that the port ran on, and what they should have resulted in.</summary>
    public GoldenCase Golden => _walks.Golden;

    /// <summary>The model that the port ran.</summary>
    public Checkpoint Checkpoint => Golden.Model.Checkpoint;

    /// <summary>T, the number of tokens that the port ran on.</summary>
    public long Tokens { get; }

    /// <summary>Names in the dump that are not a step's.</summary>
    public IReadOnlyList<string> Unknown => _notes.Unknown;

    /// <summary>Results in the dump that cannot be read, and why; they are left out.</summary>
    public IReadOnlyList<Unreadable> Unreadable => _notes.Unreadable;

    /// <summary>What is unusual in the dump and how it was read.</summary>
    public IReadOnlyList<string> Notes => _notes.All;

    /// <summary>Those of the notes that are not about layouts and names.</summary>
    public IReadOnlyCollection<string> Remarks => _notes.Remarks;

    /// <summary>The dumped results, in the order in which they are computed.</summary>
    public IReadOnlyList<DumpedResult> Tensors => Results.All;

    /// <summary>What the names in the dump stand for.</summary>
    internal required DumpNames Names { get; init; }

    /// <summary>What is kept for the next pass.</summary>
    internal DumpedCache Cache { get; }

    /// <summary>Where the row is in the pass; null without a batch.</summary>
    internal RowSlots? Slots { get; init; }

    /// <summary>The padding of the row, in this pass and in those before; null without a batch.</summary>
    internal DumpedPadding? Padding { get; init; }

    /// <summary>What the run before has left; null where no run came before.</summary>
    internal DumpedCache? Left { get; init; }

    /// <summary>Whether it is the article's prompt, or a pass of the manifest.</summary>
    internal bool IsForeseen => Golden.IsBeforePasses;

    /// <summary>What the port predicted; null if it did not dump that.</summary>
    internal long? Predicted => Find(ArticleSteps.next_token, Scope.Article)?.tensor.item<long>();

    private DumpedResults Results => _walks.Tensors.Results;

    /// <summary>What the port dumped for a step; null if it did not.</summary>
    public StepResult? Find(ArticleStep step, Scope scope) => _walks.Find(step, scope);

    /// <summary>A tensor of a step with the rows alone that the port dumped: the others are 0.</summary>
    public Tensor Seen(ArticleStep step, Scope scope, Tensor tensor) => Results.Find(step, scope)?.Seen(tensor) ?? tensor;

    /// <summary>What the port dumped for a step, which it did dump, with the rows alone that it dumped.</summary>
    public Tensor Seen(ArticleStep step, Scope scope) => Seen(step, scope, Find(step, scope)!.tensor);

    /// <summary>What the port dumped for a step, as it was before its numbers were rounded to be written (<see cref="WrittenNumbers"/>).</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="expected">What is expected; another shape, and whole numbers, leave the dump as it is.</param>
    public Tensor BeforeWriting(ArticleStep step, Scope scope, Tensor expected)
    {
        var written = Seen(step, scope);
        return expected.dtype != ScalarType.Int64 && written.shape.SequenceEqual(expected.shape)
            ? _written.Before(Results.Find(step, scope)!, written, expected)
            : written;
    }

    /// <summary>Whether a step was dumped.</summary>
    public bool Has(ArticleStep step, Scope scope) => Results.Has(step, scope);

    /// <summary>Whether a step was dumped: in every layer with all heads, if it is computed there.</summary>
    public bool Covers(ArticleStep step) => Results.Covers(step);

    /// <summary>The layers in which a step was not dumped; none for what is computed once.</summary>
    public IReadOnlyList<int> LayersWithout(ArticleStep step) => Results.LayersWithout(step);

    /// <summary>Whether a step was dumped, and other steps are computed from it.</summary>
    public bool IsUsed(ArticleStep step, Scope scope) => _walks.Uses(step, scope);

    /// <summary>A walk that takes what the port dumped, and computes the rest from it.</summary>
    /// <param name="dtype">float32, or bfloat16 to round as the notebook does.</param>
    /// <param name="except">Steps to compute although they were dumped.</param>
    public Walk Walk(ScalarType dtype, IReadOnlySet<ArticleStep>? except = null) => _walks.Walk(dtype, except);

    /// <summary>Whether the scores of a layer take so much memory that they are forgotten, and computed again where they are needed again.</summary>
    public bool IsLarge => (double)Tokens * Tokens * Checkpoint.Params.n_heads > 1 << 18;

    /// <summary>Forgets what has been read: at the end of a layer little of it is needed again.</summary>
    public void Forget() => _walks.Forget();

    private DumpedRun With(IEnumerable<DumpedRun> passes) => new(Dump, Tokens, _walks, Cache, _notes)
    {
        Passes = [.. passes],
        Names = Names,
        Before = Before,
        Padding = Padding,
        Slots = Slots,
        Left = Left,
    };
}
