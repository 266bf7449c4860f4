using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>When a port passes, and when it does not.</summary>
public sealed class OutcomeTests
{
    [Fact(DisplayName = "a known fault may be skipped, with all that is wrong because of it; once it passes it may not")]
    public void Skipped_faults()
    {
        var report = Wrong("gelu");
        new Outcome(report, []).Passed.Should().BeFalse();
        new Outcome(report, [ArticleSteps.output_after_feedforward]).Passed.Should().BeTrue();
        new Outcome(report, [ArticleSteps.output_after_feedforward, ArticleSteps.tokens]).SkippedInVain.Select(step => step.Step).Should().Equal(ArticleSteps.tokens);
    }

    [Fact(DisplayName = "a skipped fault does not hide another")]
    public void A_skipped_fault_does_not_hide_another()
    {
        var outcome = new Outcome(Wrong("norms_swapped"), [ArticleSteps.token_embeddings]);
        outcome.Passed.Should().BeFalse();
        outcome.Faults.Select(step => step.Step).Should().Equal(ArticleSteps.embedding_after_edit_normalized);
    }

    [Fact(DisplayName = "a dump that lacks something that must be dumped passes, unless all of it is demanded")]
    public void Incomplete_dumps()
    {
        var report = Port.Check(MicroModel.Micro, Port.Tensors(
            MicroModel.Micro, ScalarType.Float32, null, step => DumpContract.Must.Contains(step) && step != ArticleSteps.v_per_token));
        new Outcome(report, []).Passed.Should().BeTrue();
        var demanding = new Outcome(report, [], Complete: true);
        demanding.Passed.Should().BeFalse();
        demanding.Missing.Should().Equal(ArticleSteps.v_per_token);
    }

    [Fact(DisplayName = "a dump of which too little was understood does not pass, unless that is meant")]
    public void Too_little()
    {
        var report = Port.Check(MicroModel.Micro, Port.Tensors(MicroModel.Micro, ScalarType.Float32, null, step => step == ArticleSteps.logits));
        (report.Agrees, report.IsPartial).Should().Be((true, true));
        (new Outcome(report, []).Passed, new Outcome(report, [], Partial: true).Passed).Should().Be((false, true));
    }

    [Fact(DisplayName = "roundings that add up are not the fault of any step, but do not pass")]
    public void Drift()
    {
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var drifting = Aliases.Dumpable.Where(step => step.shape.Names is ["T", "dim" or "ffn_dim" or "head_dim"])
            .ToDictionary<ArticleStep, ArticleStep, Func<Values, StepResult>>(step => step, step => v => Tilted(FinerPoints.compositions.GetValueOrDefault(step, step.run)(v).tensor));
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(drifting)));
        report.FirstFault.Should().BeNull();
        report.Drifts.Should().BeTrue();
        new Outcome(report, []).Passed.Should().BeFalse();
    }

    /// <summary>A little too large in one half of the dimensions, a little too small in the other.</summary>
    private static Tensor Tilted(Tensor x)
    {
        var half = x.shape[^1] / 2;
        return x * (torch.cat([torch.full([half], 9.5e-6), torch.full([half], -9.5e-6)], 0) + 1);
    }

    private static PortReport Wrong(string name) => Port.Check(MicroModel.Micro, Port.Tensors(
        MicroModel.Micro, ScalarType.Float32, KnownMistakes.All.Single(mistake => mistake.Name == name), DumpContract.Must.Contains));
}
