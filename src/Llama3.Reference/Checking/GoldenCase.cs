using System.Collections.Concurrent;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Checking;

/// <summary>Results captured from the notebooks on one set of inputs.</summary>
public sealed class GoldenCase
{
    private readonly ConcurrentDictionary<ScalarType, IReadOnlyDictionary<string, StepResult>> _captured = new();
    private readonly CaseEntry _entry;

    private GoldenCase(GoldenModel model, string name, CaseEntry entry) => (Model, Name, _entry) = (model, name, entry);

    /// <summary>The model that the notebooks ran.</summary>
    public GoldenModel Model { get; }

    /// <summary>The name of the case, and of its files.</summary>
    public string Name { get; }

    /// <summary>The text to continue; empty where no text was involved.</summary>
    public string Prompt => _entry.Prompt ?? "";

    /// <summary>T, the number of tokens.</summary>
    public long Tokens => (from step in ArticleSteps.all
                           where step.dtype is not null && step.shape.Names is ["T", ..] && Results(ScalarType.Float32).ContainsKey(step.id)
                           select Results(ScalarType.Float32)[step.id].tensor.shape[0]).First();

    /// <summary>Whether the case holds a golden for this step, and the inputs to compute it.</summary>
    public bool Covers(ArticleStep step) => _entry.Steps.Contains(step.id);

    /// <summary>Whether the case holds all layers and heads.</summary>
    public bool IsWhole => this == Model.Article;

    /// <summary>The file of one precision, relative to the root of the repository.</summary>
    public string FileOf(ScalarType dtype) => $"{Model.Folder}/{Name}.{Precision.Name(dtype)}.safetensors";

    /// <summary>The file that holds the golden of a step, relative to the root of the repository.</summary>
    public string FileOf(ArticleStep step, ScalarType dtype) =>
        step.dtype is null ? Model.ManifestFile : step.part_of is null ? FileOf(dtype) : FinerFileOf(dtype);

    /// <summary>The captured results by key.</summary>
    public IReadOnlyDictionary<string, StepResult> Results(ScalarType dtype) => _captured.GetOrAdd(dtype, Load);

    /// <summary>A walk whose every step gets its inputs from the goldens.</summary>
    public Walk Walk(ScalarType dtype) => new(Model.Checkpoint, Prompt, dtype)
    {
        Given = (step, scope) => Results(dtype).GetValueOrDefault(scope.KeyOf(step)),
        FillsGaps = Model.LacksWeights,
        positions = Positions(),
    };

    /// <summary>An input that this case sets by hand, which no step before it yields; null for everything else.</summary>
    public StepResult? InputOf(ArticleStep step, Scope scope, ScalarType dtype) =>
        IsWhole || Covers(step) ? null : Results(dtype).GetValueOrDefault(scope.KeyOf(step));

    /// <summary>[T] int64: positions other than 0, 1, 2, …; null for the usual ones.</summary>
    public Tensor? Positions() => _entry.Positions is { } positions ? torch.tensor(positions.ToArray()) : null;

    /// <summary>Whether a step yields a weight, or a part of it, as it is in the checkpoint.</summary>
    internal static bool ShowsWeight(ArticleStep step) => !step.shape.Names.Contains("T") && step.repeats != Repeats.Once;

    /// <summary>Every result: the article's own, then those of each layer with all heads.</summary>
    internal static IEnumerable<(ArticleStep Step, Scope Scope)> AllOf(ModelParams model) =>
        from scope in Enumerable.Range(0, model.n_layers).Select(Scope.Layer).Prepend(Scope.Article)
        from step in ArticleSteps.all
        where scope.head is not null || step.repeats != Repeats.Once
        select (step, scope);

    /// <summary>The article's own prompt, then the cases of the manifest.</summary>
    internal static IReadOnlyList<GoldenCase> Of(GoldenModel model)
    {
        var article = new CaseEntry([.. ArticleSteps.all.Select(step => step.id)], model.Manifest.Prompt, model.Manifest.PromptSplitAsTokens);
        return [new(model, "article", article), .. model.Manifest.Cases.Select(entry => new GoldenCase(model, entry.Key, entry.Value))];
    }

    private IEnumerable<string> Files(ScalarType dtype) =>
        IsWhole ? [FileOf(dtype), FinerFileOf(dtype)] : [FileOf(dtype)];

    private string FinerFileOf(ScalarType dtype) => $"{Model.Folder}/finer.{Precision.Name(dtype)}.safetensors";

    private IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype)
    {
        var results = Files(dtype)
            .SelectMany(Model.ReadGoldens)
            .ToDictionary(entry => entry.Key, entry => (StepResult)entry.Value);
        if (_entry.PromptSplitAsTokens is { } pieces) { results[ArticleSteps.prompt_split_as_tokens.id] = pieces.ToArray(); }
        return results;
    }
}
