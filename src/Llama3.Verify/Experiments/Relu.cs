using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>SiLU is a smooth ReLU; a model that has learnt with the one is tried with the other.</summary>
internal sealed class Relu : Experiment
{
    public override string Name => "relu";

    public override string Question => "does it matter that the gate is SiLU and not ReLU?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        using var silu = setting.Walk();
        using var relu = silu.With(new Dictionary<ArticleStep, Func<Values, StepResult>>
        {
            [ArticleSteps.output_after_feedforward] = v => FeedForwardWithRelu(v),
        });
        return Changes.Lines(setting, silu, relu, "with SiLU", "with ReLU");
    }

    private static Tensor FeedForwardWithRelu(Values v)
    {
        var x = v[ArticleSteps.embedding_after_edit_normalized];
        var gate = Attention.project(x, v.layer_weight("feed_forward.w1"));
        var up = Attention.project(x, v.layer_weight("feed_forward.w3"));
        var relu = (gate + gate.abs()) / 2; // exact, for x + |x| is 2x or 0
        return Attention.project(FeedForward.gate(relu, up), v.layer_weight("feed_forward.w2"));
    }
}
