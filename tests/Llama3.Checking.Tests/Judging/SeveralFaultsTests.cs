using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Independent faults in one dump are all found, each under its own name.</summary>
public sealed class SeveralFaultsTests
{
    [Theory(DisplayName = "faults in one port:")]
    [InlineData("eps_1e-6", "rope_theta_1e4")]
    [InlineData("rope_half_split", "no_scale", "gelu", "tied_output")]
    [InlineData("qk_hf_permuted", "mask_diag0", "wo_transposed")]
    [InlineData("embed_scale", "gqa_modulo", "no_ffn_residual", "no_final_norm", "second_last")]
    public void All_are_found(params string[] names)
    {
        var mistakes = names.Select(name => KnownMistakes.All.Single(mistake => mistake.Name == name)).ToList();
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var wrong = mistakes.SelectMany(mistake => mistake.Wrong).ToDictionary();
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(wrong)));
        var faults = report.Steps.Where(step => step.Verdict == Verdict.WrongHere).ToList();
        faults.Select(step => step.Step).Should().BeSubsetOf(wrong.Keys);
        faults.SelectMany(step => step.LooksLike).Select(mistake => mistake.Name).Distinct().Should().BeEquivalentTo(names);
    }

    [Fact(DisplayName = "a fault in one layer alone is found there")]
    public void In_one_layer()
    {
        var gelu = KnownMistakes.All.Single(mistake => mistake.Name == "gelu");
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var wrong = gelu.Wrong.ToDictionary<KeyValuePair<ArticleStep, Func<Values, StepResult>>, ArticleStep, Func<Values, StepResult>>(
            pair => pair.Key, pair => v => v.layer == 1 ? pair.Value(v) : pair.Key.run(v));
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(wrong), step => step.part_of is null));
        var fault = report.Results.Single(result => result.IsFault);
        (fault.Step, fault.Layer, fault.Verdict).Should().Be((ArticleSteps.output_after_feedforward, 1, Verdict.WrongHere));
        fault.LooksLike.Should().Equal(gelu);
    }

    [Fact(DisplayName = "a fault that no known mistake explains is blamed, and not called by any name")]
    public void Unknown_faults_have_no_name()
    {
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32);
        tensors["layers.1.embedding_delta"] = tensors["layers.1.embedding_delta"] * 1.01;
        var fault = Port.Check(MicroModel.Micro, tensors).Results.Single(result => result.IsFault && result.Step == ArticleSteps.embedding_delta);
        (fault.Verdict, fault.Layer).Should().Be((Verdict.WrongHere, 1));
        fault.LooksLike.Should().BeEmpty();
    }
}
