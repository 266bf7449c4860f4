using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>The enhanced notebook's third experiment.</summary>
internal sealed class NoMask : Experiment
{
    public override string Name => "no-mask";

    public override string Question => "how do the predictions change if every token sees the tokens after it too?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        using var masked = setting.Walk();
        using var open = masked.With(new Dictionary<ArticleStep, Func<Values, StepResult>>
        {
            [ArticleSteps.mask] = v => torch.zeros_like(v.right(ArticleSteps.mask)),
        });
        return Changes.Lines(setting, masked, open, "with the mask", "without it");
    }

    /// <summary>Scores, masked scores and attention of layer 0, head 0.</summary>
    public override string Picture(Setting setting)
    {
        using var walk = setting.Walk();
        var pieces = walk[ArticleSteps.prompt_split_as_tokens, Scope.Article].text!;
        var steps = new[]
        {
            ArticleSteps.qk_per_token, ArticleSteps.qk_per_token_after_masking, ArticleSteps.qk_per_token_after_masking_after_softmax,
        };
        return Heatmap.Draw(pieces, [.. steps.Select(step => (step.id, walk[step, Scope.Article].tensor))]);
    }
}
