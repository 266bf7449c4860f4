using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// Inputs that show what the article's prompt cannot, such as large scores: some steps of layer 0 and head 0, and, set by hand, what
/// they are computed from.
/// </summary>
/// <param name="model">The model that the notebooks ran.</param>
/// <param name="name">The name in the manifest, and of its files.</param>
/// <param name="entry">What the manifest says of it.</param>
internal sealed class OtherInputsCase(GoldenModel model, string name, CaseEntry entry) : GoldenCase(model, name)
{
    /// <inheritdoc/>
    public override string Prompt => entry.Prompt ?? "";

    /// <inheritdoc/>
    public override TokenTexts Texts => new(entry.PromptSplitAsTokens ?? []);

    /// <inheritdoc/>
    public override bool IsBeforePasses => false;

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => step.chapter == Chapter.Article && entry.Steps.Contains(step.id);

    /// <inheritdoc/>
    public override IEnumerable<Scope> ScopesOf(ArticleStep step) => [Scope.Article];

    /// <inheritdoc/>
    public override StepResult? InputOf(ArticleStep step, Scope scope, ScalarType dtype) =>
        Covers(step) ? null : Results(dtype).GetValueOrDefault(scope.KeyOf(step));

    /// <inheritdoc/>
    public override Tensor? Positions() => entry.Positions is { } positions ? torch.tensor(positions.ToArray()) : null;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype)
    {
        var results = Read(FileOf(dtype));
        if (entry.PromptSplitAsTokens is { } pieces) { results[ArticleSteps.prompt_split_as_tokens.id] = pieces.ToArray(); }
        return results;
    }
}
