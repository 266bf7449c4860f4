using Llama3.Reference.Checking;
using Llama3.Reference.Dumps;
using Llama3.Reference.Ports;
using Llama3.Tests;

namespace Llama3.Reference.Tests.Ports;

/// <summary>Ports that are right are never blamed.</summary>
public sealed class HonestTests
{
    public static TheoryData<string, string> Models => new()
    {
        { "micro", "fp32" }, { "micro", "bf16" }, { "micro-mha", "fp32" }, { "micro-mha", "bf16" },
    };

    [SkippableTheory(DisplayName = "the reference itself, in both precisions, which are found out:"), MemberData(nameof(Models))]
    public void The_reference_itself(string model, string precision)
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var dtype = Precision.All.Single(dtype => Precision.Name(dtype) == precision);
        var report = Port.Check(Find(model), Port.Tensors(Find(model), dtype));
        report.Precision.ToString().Should().Be(precision);
        report.Agrees.Should().BeTrue();
        report.Missing.Should().BeEmpty();
    }

    [Theory(DisplayName = "the goldens themselves, as files:"), MemberData(nameof(Models))]
    public void The_goldens_themselves(string model, string precision)
    {
        using var dump = Dump.Open(Path.Combine(Repository.Root, $"fixtures/{model}/article.{precision}.safetensors"));
        var report = new PortCheck(new PortDump(dump, Find(model).Article)).Run();
        report.Agrees.Should().BeTrue();
        report.Steps.Count(step => step.Verdict == Verdict.Ok).Should().Be(ArticleSteps.all.Count(step => step.dtype is not null));
    }

    [Theory(DisplayName = "the goldens of other inputs (--case), as files:")]
    [InlineData("other_prompt")]
    [InlineData("far_positions")]
    [InlineData("small_norms")]
    [InlineData("large_scores")]
    public void Other_inputs(string name)
    {
        var golden = MicroModel.Micro.Cases.Single(golden => golden.Name == name);
        using var dump = Dump.Open(Path.Combine(Repository.Root, golden.FileOf(ScalarType.Float32)));
        new PortCheck(new PortDump(dump, golden)).Run().Agrees.Should().BeTrue();
    }

    [SkippableFact(DisplayName = "the reference itself on another prompt, from end to end")]
    public void Another_prompt()
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var golden = MicroModel.Micro.Cases.Single(golden => golden.Name == "other_prompt");
        var tensors = Port.Tensors(new Walk(MicroModel.Micro.Checkpoint, golden.Prompt, ScalarType.Float32), PortContract.Must.Contains);
        var report = new PortCheck(new PortDump(MemoryDump.Of(tensors), golden)).Run();
        (report.Agrees, report.Missing.Count).Should().Be((true, 0));
    }

    [SkippableTheory(DisplayName = "what the article's prompt cannot show, other inputs do:")]
    [InlineData("softmax_no_max", "large_scores", "qk_per_token_after_masking_after_softmax")]
    [InlineData("eps_1e-6", "small_norms", "final_embedding_normalized")]
    [InlineData("rope_llama31_scaling", "far_positions", "freqs")]
    public void Other_inputs_show_more(string mistake, string name, string id)
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var golden = MicroModel.Micro.Cases.Single(golden => golden.Name == name);
        var pitfall = Pitfalls.All.Single(pitfall => pitfall.Name == mistake);
        var step = ArticleSteps.all[id];
        var tensors = golden.Results(ScalarType.Float32).Where(pair => ArticleSteps.all.Any(before => before.id == pair.Key && before.dtype is not null && before.number < step.number))
            .ToDictionary(pair => pair.Key, pair => pair.Value.tensor);
        tensors[id] = golden.Walk(ScalarType.Float32).With(pitfall.Wrong).Run(step, Scope.Article).Result.tensor;
        var fault = new PortCheck(new PortDump(MemoryDump.Of(tensors), golden)).Run().Results.Single(result => result.IsFault);
        (fault.Step, fault.Verdict).Should().Be((step, Verdict.WrongHere));
        fault.LooksLike.Should().Contain(pitfall);
    }

    [SkippableTheory(DisplayName = "roundings after every step, as a port that holds its values in:")]
    [InlineData("fp16")]
    [InlineData("bf16")]
    public void Rounded_after_every_step(string precision)
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(Rounded.After(precision))));
        report.Precision.ToString().Should().Be(precision);
        report.Results.Where(result => result.Verdict != Verdict.Ok).Should().BeEmpty();
    }

    private static MicroModel Find(string name) => MicroModel.All.Single(model => model.Name == name);
}
