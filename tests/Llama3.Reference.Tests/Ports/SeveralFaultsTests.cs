using Llama3.Reference.Checking;
using Llama3.Reference.Ports;

namespace Llama3.Reference.Tests.Ports;

/// <summary>Independent faults in one dump are all found, each under its own name.</summary>
public sealed class SeveralFaultsTests
{
    [SkippableTheory(DisplayName = "faults in one port:")]
    [InlineData("eps_1e-6", "rope_theta_1e4")]
    [InlineData("rope_half_split", "no_scale", "gelu", "tied_output")]
    [InlineData("qk_hf_permuted", "mask_diag0", "wo_transposed")]
    [InlineData("embed_scale", "gqa_modulo", "no_ffn_residual", "no_final_norm", "second_last")]
    public void All_are_found(params string[] names)
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var pitfalls = names.Select(name => Pitfalls.All.Single(pitfall => pitfall.Name == name)).ToList();
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var wrong = pitfalls.SelectMany(pitfall => pitfall.Wrong).ToDictionary();
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(wrong)));
        var faults = report.Steps.Where(step => step.Verdict == Verdict.WrongHere).ToList();
        faults.Select(step => step.Step).Should().BeSubsetOf(wrong.Keys);
        faults.SelectMany(step => step.LooksLike).Select(pitfall => pitfall.Name).Distinct().Should().BeEquivalentTo(names);
    }

    [SkippableFact(DisplayName = "a fault in one layer alone is found there")]
    public void In_one_layer()
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var gelu = Pitfalls.All.Single(pitfall => pitfall.Name == "gelu");
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var wrong = gelu.Wrong.ToDictionary<KeyValuePair<ArticleStep, Func<Values, StepResult>>, ArticleStep, Func<Values, StepResult>>(
            pair => pair.Key, pair => v => v.layer == 1 ? pair.Value(v) : pair.Key.run(v));
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(wrong), step => step.part_of is null));
        var fault = report.Results.Single(result => result.IsFault);
        (fault.Step, fault.Layer, fault.Verdict).Should().Be((ArticleSteps.output_after_feedforward, 1, Verdict.WrongHere));
        fault.LooksLike.Should().Equal(gelu);
    }

    [SkippableFact(DisplayName = "a fault that no known mistake explains is blamed, and not called by any name")]
    public void Unknown_faults_have_no_name()
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32);
        tensors["layers.1.embedding_delta"] = tensors["layers.1.embedding_delta"] * 1.01;
        var fault = Port.Check(MicroModel.Micro, tensors).Results.Single(result => result.IsFault && result.Step == ArticleSteps.embedding_delta);
        (fault.Verdict, fault.Layer).Should().Be((Verdict.WrongHere, 1));
        fault.LooksLike.Should().BeEmpty();
    }
}
