using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>New tokens that a port ran on after others, of a model of which nothing was captured.</summary>
/// <param name="model">The model.</param>
/// <param name="name">Such as <c>decode.0</c>.</param>
/// <param name="kept">N, the number of tokens before.</param>
/// <param name="tokens">The M new tokens.</param>
/// <param name="walks">What should come of them.</param>
internal sealed class ReferencePass(ReferenceModel model, string name, long kept, IReadOnlyList<long> tokens, ReferenceWalks walks)
    : PassCase(model, new PassEntry(name, kept, tokens, NextToken: 0))
{
    /// <summary>What should come of them.</summary>
    public override ReferenceWalks Walks => walks;

    /// <inheritdoc/>
    public override bool HasGoldens => false;

    /// <inheritdoc/>
    public override bool IsBeforePasses => false;

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => false;

    /// <summary>None.</summary>
    protected override Dictionary<string, StepResult> Captured(ScalarType dtype) => [];
}
