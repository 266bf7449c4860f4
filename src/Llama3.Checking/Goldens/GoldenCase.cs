using System.Collections.Concurrent;
using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// Results captured from the notebooks on one set of inputs: the article's prompt (<see cref="ArticleCase"/>), inputs that show what
/// the article's cannot (<see cref="OtherInputsCase"/>), or new tokens after those that a cache keeps (<see cref="PassCase"/>). Of other
/// tokens nothing was captured (<see cref="ReferenceCase"/>, <see cref="PassWithoutGoldens"/>).
/// </summary>
/// <param name="model">The model that the notebooks ran.</param>
/// <param name="name">The name of the case.</param>
internal abstract class GoldenCase(GoldenModel model, string name)
{
    private readonly ConcurrentDictionary<ScalarType, IReadOnlyDictionary<string, StepResult>> _captured = new();
    private IReadOnlyList<KnownMistake>? _mistakes;
    private IReadOnlyList<long>? _positions;
    private double? _angleRoom;

    /// <summary>The model that the notebooks ran.</summary>
    public GoldenModel Model => model;

    /// <summary>The name of the case.</summary>
    public string Name => name;

    /// <summary>The text to continue; empty where no text was involved.</summary>
    public abstract string Prompt { get; }

    /// <summary>T, the number of tokens; of a pass M, the number of new ones.</summary>
    public virtual long Tokens => ArticleSteps.all
        .Where(step => step.dtype is not null && step.shape.Names is ["T", ..])
        .Select(step => Results(ScalarType.Float32).GetValueOrDefault(step.id))
        .First(result => result is not null)!.tensor.shape[0];

    /// <summary>N, the number of tokens before these, whose keys and values are kept.</summary>
    public virtual long Kept => 0;

    /// <summary>The position of the first of all tokens; 0, unless positions count the slots of a padded batch.</summary>
    public virtual long FirstPosition => 0;

    /// <summary>The text of each token; empty where no text was involved.</summary>
    public abstract TokenTexts Texts { get; }

    /// <summary>[M] int64, the new tokens of a pass; empty for all other cases.</summary>
    public virtual Tensor NewTokens => torch.tensor(Array.Empty<long>());

    /// <summary>Whether keys and values of the tokens before are kept.</summary>
    public virtual bool IsPass => false;

    /// <summary>Which part of a dump it is: a pass, a row of a batch, one of several runs; empty where the dump's only prompt is meant.</summary>
    public virtual string Place => IsPass ? name : "";

    /// <summary>Which prompt of a dump it belongs to: a row of a batch, or one of several runs; empty where there is only one.</summary>
    public virtual string PromptPlace => "";

    /// <summary>Whether the manifest's passes were captured after it.</summary>
    public abstract bool IsBeforePasses { get; }

    /// <summary>Whether results of these tokens were captured; otherwise a port is compared with the reference: on the same tokens
    /// (<see cref="Walks"/>), or on the port's own numbers alone.</summary>
    public virtual bool HasGoldens => true;

    /// <summary>What the keys of its goldens start with in the file: nothing, or <c>decode.{i}.</c></summary>
    public virtual string Prefix => "";

    /// <summary>The known mistakes that can happen on these inputs.</summary>
    public IReadOnlyList<KnownMistake> Mistakes => _mistakes ??= [.. MistakesWithin(EndOfPositions())];

    /// <summary>Whether the case holds a golden for this step, and the inputs to compute it.</summary>
    public abstract bool Covers(ArticleStep step);

    /// <summary>The layers and heads in which a step that it covers is computed.</summary>
    public virtual IEnumerable<Scope> ScopesOf(ArticleStep step) =>
        [Scope.Article, .. step.repeats == Repeats.Once ? [] : Enumerable.Range(0, model.Checkpoint.Params.n_layers).Select(Scope.Layer)];

    /// <summary>What messages call the golden of a step, within its file.</summary>
    public virtual string PartOf(ArticleStep step, Scope scope) => step.dtype is null ? name : scope.ToString();

    /// <summary>The file of one precision, relative to the root of the repository.</summary>
    public string FileOf(ScalarType dtype) => $"{model.Folder}/{FileName}.{Precision.Name(dtype)}.safetensors";

    /// <summary>The file that holds the golden of a step, relative to the root of the repository.</summary>
    public virtual string FileOf(ArticleStep step, ScalarType dtype) => step.dtype is null ? model.ManifestFile : FileOf(dtype);

    /// <summary>The captured results by key.</summary>
    public IReadOnlyDictionary<string, StepResult> Results(ScalarType dtype) => _captured.GetOrAdd(dtype, Load);

    /// <summary>The reference on the same tokens, where nothing was captured; null where something was.</summary>
    public virtual ReferenceWalks? Walks => null;

    /// <summary>What results are held against: "golden" or "reference".</summary>
    public string Standard => Walks is null ? "golden" : "reference";

    /// <summary>What a result should be, as captured or as the reference computes it; null where that is not known.</summary>
    public Tensor? Expected(ArticleStep step, Scope scope, ScalarType dtype) => Walks is null
        ? Results(dtype).GetValueOrDefault(scope.KeyOf(step))?.tensor
        : Walks.Result(step, scope, dtype);

    /// <summary>An input that this case sets by hand, which no step before it computes; null for everything else.</summary>
    public virtual StepResult? InputOf(ArticleStep step, Scope scope, ScalarType dtype) => null;

    /// <summary>[T] int64: positions other than 0, 1, 2, …; null for the usual ones.</summary>
    public virtual Tensor? Positions() => null;

    /// <summary>The position of each token.</summary>
    public IReadOnlyList<long> AllPositions => _positions ??= Positions()?.ToInt64s() ?? [.. Enumerable.Range(0, (int)Tokens).Select(token => FirstPosition + Kept + token)];

    /// <summary>How far apart two right results may be because their angles are, as rel-L2.</summary>
    public double AngleRoom => _angleRoom ??= Goldens.AngleRoom.Of(this);

    /// <summary>A walk whose every step gets its inputs from the goldens.</summary>
    /// <param name="dtype">BFloat16 or Float32.</param>
    /// <param name="computes">Whether an input without a golden is computed; otherwise it is an error.</param>
    public Walk Walk(ScalarType dtype, bool computes = false) => new(model.Checkpoint, Prompt, dtype)
    {
        Source = computes || model.LacksWeights ? ResultSource.GivenOrComputed(GoldenIn(dtype)) : ResultSource.Given(GoldenIn(dtype)),
        positions = Positions(),
        pass = StartOf(dtype),
    };

    /// <summary>The name of its files, without the precision.</summary>
    protected virtual string FileName => name;

    /// <summary>What a pass starts from; null for all other cases.</summary>
    protected virtual Pass? StartOf(ScalarType dtype) => null;

    /// <summary>The known mistakes that can happen on these inputs.</summary>
    /// <param name="positions">How many positions there are, from 0 to the last token's.</param>
    protected virtual IEnumerable<KnownMistake> MistakesWithin(long positions) => KnownMistakes.On(model.Checkpoint.Params, positions);

    private long EndOfPositions() => AllPositions.Max() + 1;

    /// <summary>Reads the captured results.</summary>
    protected abstract IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype);

    /// <summary>The tensors of a file of goldens, as results.</summary>
    protected Dictionary<string, StepResult> Read(params IEnumerable<string> files) =>
        files.SelectMany(model.ReadGoldens).ToDictionary(golden => golden.Key, golden => (StepResult)golden.Value);

    /// <summary>The article's own results are those of layer 0 and head 0: where they are not in the file, they are taken from there.</summary>
    protected void AddArticlesOwn(Dictionary<string, StepResult> results)
    {
        foreach (var step in ArticleSteps.all.Concat(CacheSteps.all).Where(step => !results.ContainsKey(step.id)))
        {
            if (!results.TryGetValue(Scope.Layer(0).KeyOf(step), out var all)) { continue; }
            results[step.id] = step.heads_in(model.Checkpoint.Params) is null ? all : ((StepResult)all.tensor[0]).Keep();
        }
    }

    private Func<ArticleStep, Scope, StepResult?> GoldenIn(ScalarType dtype) =>
        (step, scope) => Results(dtype).GetValueOrDefault(scope.KeyOf(step));
}
