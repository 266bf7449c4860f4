using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// A pass over tokens that are not in the manifest, because the port predicted others, or because its model has none. Nothing was captured of
/// them, but what the port computes from them can be followed.
/// </summary>
/// <param name="model">The model that the port ran.</param>
/// <param name="name">Such as <c>decode.0</c>.</param>
/// <param name="kept">N, the number of tokens before.</param>
/// <param name="tokens">The M new tokens.</param>
/// <param name="walks">The reference on them and on those before; null where nothing but the port's own numbers is known.</param>
internal sealed class PassWithoutGoldens(GoldenModel model, string name, long kept, IReadOnlyList<long> tokens, ReferenceWalks? walks = null)
    : PassCase(model, new PassEntry(name, kept, tokens, NextToken: 0))
{
    /// <inheritdoc/>
    public override ReferenceWalks? Walks => walks;

    /// <inheritdoc/>
    public override IReadOnlyList<KnownMistake> Mistakes { get; } = [.. KnownMistakes.OfPasses, .. ModelMistakes.Of(model.Checkpoint.Params)];

    /// <inheritdoc/>
    public override bool HasGoldens => false;

    /// <inheritdoc/>
    public override bool IsBeforePasses => false;

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => false;

    /// <inheritdoc/>
    protected override Dictionary<string, StepResult> Captured(ScalarType dtype) => [];
}
