using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>A prompt that a port ran on, of a model of which nothing was captured.</summary>
/// <param name="model">The model.</param>
/// <param name="tokens">The tokens.</param>
internal sealed class ReferenceCase(ReferenceModel model, DumpedTokens tokens) : GoldenCase(model, "the dumped tokens")
{
    /// <summary>What should come of them.</summary>
    public override ReferenceWalks Walks { get; } = ReferenceWalks.First(model, tokens.Ids, tokens.FirstPosition);

    /// <summary>All but those that are made with a text: the tokens are taken as they are.</summary>
    protected override IEnumerable<KnownMistake> MistakesWithin(long positions) =>
    [
        .. tokens.Mistakes,
        .. base.MistakesWithin(positions).Where(mistake =>
            !mistake.Wrong.ContainsKey(ArticleSteps.tokens) && !mistake.Wrong.ContainsKey(ArticleSteps.prompt_split_as_tokens)),
    ];

    /// <inheritdoc/>
    public override string Prompt => "";

    /// <inheritdoc/>
    public override long Tokens => tokens.Ids.Count;

    /// <inheritdoc/>
    public override long FirstPosition => tokens.FirstPosition;

    /// <inheritdoc/>
    public override TokenTexts Texts => new([]);

    /// <inheritdoc/>
    public override string Place => tokens.Place;

    /// <inheritdoc/>
    public override string PromptPlace => tokens.Prompt;

    /// <inheritdoc/>
    public override string Prefix => tokens.Name.Length == 0 ? "" : $"{tokens.Name}.";

    /// <inheritdoc/>
    public override bool HasGoldens => false;

    /// <inheritdoc/>
    public override bool IsBeforePasses => true;

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => ArticleSteps.all.Contains(step);

    /// <summary>None.</summary>
    protected override IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype) => new Dictionary<string, StepResult>();
}
