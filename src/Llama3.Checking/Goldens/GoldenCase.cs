using System.Collections.Concurrent;
using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>Results captured from the notebooks on one set of inputs.</summary>
internal sealed class GoldenCase
{
    private const string Decode = "decode";

    private readonly ConcurrentDictionary<ScalarType, IReadOnlyDictionary<string, StepResult>> _captured = new();
    private readonly CaseEntry _entry;
    private readonly PassEntry? _pass;

    private GoldenCase(GoldenModel model, string name, CaseEntry entry, PassEntry? pass = null) =>
        (Model, Name, _entry, _pass) = (model, name, entry, pass);

    /// <summary>The model that the notebooks ran.</summary>
    public GoldenModel Model { get; }

    /// <summary>The name of the case, and of its files.</summary>
    public string Name { get; }

    /// <summary>The text to continue; empty where no text was involved.</summary>
    public string Prompt => _entry.Prompt ?? "";

    /// <summary>T, the number of tokens; of a pass M, that of the new ones.</summary>
    public long Tokens => _pass?.Tokens.Count ?? TokensOfPrompt;

    private long TokensOfPrompt => ArticleSteps.all
        .Where(step => step.dtype is not null && step.shape.Names is ["T", ..])
        .Select(step => Results(ScalarType.Float32).GetValueOrDefault(step.id))
        .First(result => result is not null)!.tensor.shape[0];

    /// <summary>Whether this is a pass over new tokens, for which keys and values of those before are kept.</summary>
    public bool IsPass => _pass is not null;

    /// <summary>N, how many tokens come before those of a pass.</summary>
    public long Kept => _pass?.Position ?? 0;

    /// <summary>[M] int64, the new tokens of a pass.</summary>
    public Tensor NewTokens => torch.tensor((_pass?.Tokens ?? []).ToArray());

    /// <summary>What the keys of its goldens begin with in the file: nothing, or <c>decode.{i}.</c></summary>
    public string Prefix => IsPass ? $"{Name}." : "";

    /// <summary>Whether there are goldens of this pass; without, a port that was fed other tokens can still be followed.</summary>
    public bool HasGoldens => _entry.Steps.Count > 0;

    /// <summary>The known mistakes that can happen on these inputs.</summary>
    public IReadOnlyList<KnownMistake> Mistakes => IsPass ? KnownMistakes.OfPasses : KnownMistakes.All;

    /// <summary>Whether the case holds a golden for this step, and the inputs to compute it.</summary>
    public bool Covers(ArticleStep step) => _entry.Steps.Contains(step.id);

    /// <summary>Whether the case holds all layers and heads.</summary>
    public bool IsWhole => this == Model.Article;

    /// <summary>The file of one precision, relative to the root of the repository.</summary>
    public string FileOf(ScalarType dtype) => $"{Model.Folder}/{(IsPass ? Decode : Name)}.{Precision.Name(dtype)}.safetensors";

    /// <summary>The file that holds the golden of a step, relative to the root of the repository.</summary>
    public string FileOf(ArticleStep step, ScalarType dtype) =>
        step.dtype is null ? Model.ManifestFile : step.part_of is null ? FileOf(dtype) : FinerFileOf(dtype);

    /// <summary>The captured results by key.</summary>
    public IReadOnlyDictionary<string, StepResult> Results(ScalarType dtype) => _captured.GetOrAdd(dtype, Load);

    /// <summary>A walk whose every step gets its inputs from the goldens.</summary>
    public Walk Walk(ScalarType dtype) => new(Model.Checkpoint, Prompt, dtype)
    {
        Source = Model.LacksWeights ? ResultSource.GivenOrComputed(GoldenIn(dtype)) : ResultSource.Given(GoldenIn(dtype)),
        positions = Positions(),
        pass = IsPass ? PassIn(dtype) : null,
    };

    /// <summary>What a pass starts from: goldens of the tokens before.</summary>
    /// <exception cref="InvalidOperationException">This is no pass.</exception>
    public Pass PassIn(ScalarType dtype)
    {
        if (_pass is null) { throw new InvalidOperationException($"{Name} is no pass over new tokens"); }
        return CachePasses.After(Kept, NewTokens, layer => KeptOf(CacheSteps.k_cache, layer), layer => KeptOf(CacheSteps.v_cache, layer));

        Tensor KeptOf(ArticleStep cache, int layer) => Results(dtype)[Scope.Layer(layer).KeyOf(cache)].tensor[.., ..(int)Kept];
    }

    /// <summary>An input that this case sets by hand, which no step before it yields; null for everything else.</summary>
    public StepResult? InputOf(ArticleStep step, Scope scope, ScalarType dtype) =>
        IsWhole || IsPass || Covers(step) ? null : Results(dtype).GetValueOrDefault(scope.KeyOf(step));

    /// <summary>[T] int64: positions other than 0, 1, 2, …; null for the usual ones.</summary>
    public Tensor? Positions() => _entry.Positions is { } positions ? torch.tensor(positions.ToArray()) : null;

    /// <summary>Whether a step yields a weight, or a part of it, as it is in the checkpoint.</summary>
    internal static bool ShowsWeight(ArticleStep step) => !step.shape.Names.Contains("T") && step.repeats != Repeats.Once;

    /// <summary>Whether it is the same for all tokens: a weight, or a table without positions.</summary>
    private static bool IsOfAnyTokens(ArticleStep step) => !step.shape.IsPerToken && step.number < ArticleSteps.logits.number;

    private Func<ArticleStep, Scope, StepResult?> GoldenIn(ScalarType dtype) =>
        (step, scope) => Results(dtype).GetValueOrDefault(scope.KeyOf(step));

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

    /// <summary>The passes of the manifest.</summary>
    internal static IReadOnlyList<GoldenCase> PassesOf(GoldenModel model)
    {
        var chapter = new CaseEntry([.. CacheSteps.all.Select(step => step.id)], model.Manifest.Prompt);
        return [.. model.Manifest.Decode.Passes.Select(pass => new GoldenCase(model, pass.Name, chapter, pass))];
    }

    /// <summary>A pass over tokens that are not in the manifest: there is no golden, but what a port makes of it can be followed.</summary>
    internal static GoldenCase PassWithoutGoldens(GoldenModel model, string name, long kept, IReadOnlyList<long> tokens) =>
        new(model, name, new CaseEntry([], model.Manifest.Prompt), new PassEntry(name, kept, tokens, NextToken: 0));

    private IEnumerable<string> Files(ScalarType dtype) =>
        IsWhole ? [FileOf(dtype), FinerFileOf(dtype)] : [FileOf(dtype)];

    private string FinerFileOf(ScalarType dtype) => $"{Model.Folder}/finer.{Precision.Name(dtype)}.safetensors";

    private IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype)
    {
        var results = Files(dtype)
            .SelectMany(Model.ReadGoldens)
            .Where(entry => HasGoldens && entry.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => (StepResult)entry.Value);
        if (IsPass) { AddWhatIsNotRepeated(results, Model.Article.Results(dtype)); }
        if (_entry.PromptSplitAsTokens is { } pieces) { results[ArticleSteps.prompt_split_as_tokens.id] = pieces.ToArray(); }
        return results;
    }

    /// <summary>The file of the passes holds whole layers alone, of which the article's own are layer 0 and head 0, and no weights.</summary>
    private void AddWhatIsNotRepeated(Dictionary<string, StepResult> results, IReadOnlyDictionary<string, StepResult> article)
    {
        var ids = ArticleSteps.all.Where(step => step.dtype is not null && IsOfAnyTokens(step)).Select(step => step.id).ToHashSet();
        foreach (var (key, result) in article.Where(pair => ids.Contains(pair.Key.Split('.')[^1]))) { results[key] = result; }
        foreach (var step in ArticleSteps.all.Concat(CacheSteps.all))
        {
            if (!results.TryGetValue(Scope.Layer(0).KeyOf(step), out var all)) { continue; }
            results[step.id] = step.heads_in(Model.Checkpoint.Params) is null ? all : ((StepResult)all.tensor[0]).Keep();
        }
    }
}
