using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>The article's own prompt: all steps and finer points, all layers, all heads.</summary>
/// <param name="model">The model that the notebooks ran.</param>
internal sealed class ArticleCase(GoldenModel model) : GoldenCase(model, "article")
{
    /// <inheritdoc/>
    public override string Prompt => Model.Manifest.Prompt;

    /// <inheritdoc/>
    public override TokenTexts Texts => new(Model.Manifest.PromptSplitAsTokens);

    /// <inheritdoc/>
    public override bool IsBeforePasses => true;

    /// <summary>Every result of the article's steps: the article's own, then those of each layer with all heads.</summary>
    public IEnumerable<(ArticleStep Step, Scope Scope)> All =>
        from scope in Enumerable.Range(0, Model.Checkpoint.Params.n_layers).Select(Scope.Layer).Prepend(Scope.Article)
        from step in ArticleSteps.all
        where scope.head is not null || step.repeats != Repeats.Once
        select (step, scope);

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => ArticleSteps.all.Contains(step);

    /// <inheritdoc/>
    public override string FileOf(ArticleStep step, ScalarType dtype) => step.part_of is null ? base.FileOf(step, dtype) : FinerFileOf(dtype);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype)
    {
        var results = Read(FileOf(dtype), FinerFileOf(dtype));
        AddArticlesOwn(results);
        results[ArticleSteps.prompt_split_as_tokens.id] = Model.Manifest.PromptSplitAsTokens.ToArray();
        return results;
    }

    private string FinerFileOf(ScalarType dtype) => $"{Model.Folder}/finer.{Precision.Name(dtype)}.safetensors";
}
