using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>A pass over new tokens, of a model of which nothing was captured.</summary>
/// <param name="model">The model.</param>
/// <param name="tokens">The new tokens, and how many are kept before them.</param>
/// <param name="walks">What should come of them.</param>
internal sealed class ReferencePass(GoldenModel model, DumpedTokens tokens, ReferenceWalks walks)
    : PassCase(model, new PassEntry(tokens.Name, tokens.Kept, tokens.Ids, NextToken: 0))
{
    /// <inheritdoc/>
    public override ReferenceWalks Walks => walks;

    /// <inheritdoc/>
    protected override IEnumerable<KnownMistake> MistakesWithin(long positions) => [.. tokens.Mistakes, .. base.MistakesWithin(positions)];

    /// <inheritdoc/>
    public override long FirstPosition => tokens.FirstPosition;

    /// <inheritdoc/>
    public override string Place => tokens.Place;

    /// <inheritdoc/>
    public override string PromptPlace => tokens.Prompt;

    /// <inheritdoc/>
    public override bool HasGoldens => false;

    /// <inheritdoc/>
    public override bool IsBeforePasses => false;

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => false;

    /// <inheritdoc/>
    protected override Dictionary<string, StepResult> Captured(ScalarType dtype) => [];
}
