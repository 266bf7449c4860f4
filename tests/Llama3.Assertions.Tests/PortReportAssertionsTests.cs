using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Xunit.Sdk;

namespace Llama3.Assertions.Tests;

/// <summary>A port that is right agrees; of a wrong one all faults are listed, and what inherits them.</summary>
public sealed class PortReportAssertionsTests
{
    [Fact(DisplayName = "a port that is right agrees, in either model")]
    public void Right()
    {
        foreach (var model in MicroModel.All) { PortReport.Of(Dumped(model), model).Should().Agree().And.NotBeNull(); }
    }

    [Theory(DisplayName = "faults are listed with the mistake that they look like:")]
    [InlineData("no_scale")]
    [InlineData("w1_w3_swapped")]
    public Task Faults(string name)
    {
        var report = PortReport.Of(Dumped(MicroModel.Micro, KnownMistakes.All.Single(mistake => mistake.Name == name)));
        return Snapshot.Verify(Message(() => report.Should().Agree("{0} {{is}} done", "everything")), name);
    }

    [Fact(DisplayName = "what is not in the report may hold the fault too")]
    public void Between() => Message(() => PortReport.Of(new Dictionary<string, Tensor>
    {
        ["layers.1.token_embeddings"] = Golden.For("layers.1.token_embeddings").Tensor,
        ["layers.1.qk_per_token_after_masking_after_softmax"] = Golden.For("layers.2.qk_per_token_after_masking_after_softmax").Tensor,
    }).Should().AgreeWhereDumped()).Should().MatchRegex("wrong between: (.|\n)*the fault may also lie in what is not dumped before it: .*qk_per_token_after_masking\\b");

    [Fact(DisplayName = "a fault in a pass after the prompt is listed with the name of the pass")]
    public void In_a_pass()
    {
        var dumped = Dumped(MicroModel.Micro);
        var pass = MicroModel.Micro.Passes[0];
        foreach (var (key, result) in pass.Results(ScalarType.Float32).Where(golden => golden.Value.text is null))
        {
            dumped[pass.Prefix + key] = result.tensor;
        }
        dumped[$"{pass.Prefix}positions"] = torch.tensor([18L]);
        Message(() => PortReport.Of(dumped).Should().Agree()).Should().Contain("but one step is at fault:\ndecode.0: 44 positions: ")
            .And.Contain("wrong in decode.0.positions\nwrong here: inputs agree; first at [token 0]: 18, expected 17\n");
    }

    [Fact(DisplayName = "roundings that add up are not the fault of any step")]
    public void Drift()
    {
        var rounded = Dumped(MicroModel.Micro, dtype: bfloat16, steps: Aliases.Dumpable);
        PortReport.Of(rounded).Should().Agree();
        Message(() => PortReport.Of(rounded, precision: PortPrecision.fp16).Should().Agree())
            .Should().Contain("but no step is at fault: roundings have added up; is fp16 what the port computes in?");
    }

    [Fact(DisplayName = "no report does not agree")]
    public void None() => Message(() => ((PortReport?)null).Should().Agree()).Should().EndWith("but there is none");

    [Fact(DisplayName = "a fault in every pass is listed once")]
    public void In_every_pass()
    {
        var dumped = Dumped(MicroModel.Micro);
        foreach (var pass in MicroModel.Micro.Passes)
        {
            dumped[$"{pass.Prefix}tokens"] = pass.NewTokens;
            dumped[$"{pass.Prefix}positions"] = torch.tensor(pass.NewTokens.ToInt64s().Select((_, i) => pass.Kept + 1 + i).ToArray());
        }
        Message(() => PortReport.Of(dumped).Should().Agree()).Should().Contain("but one step is at fault:\ndecode.0: 44 positions: ")
            .And.EndWith("\ndecode.1–8: the same").And.NotContain("roundings");
    }

    [Fact(DisplayName = "a report of which almost nothing was understood does not agree, unless that is meant")]
    public void Partial()
    {
        var some = new Dictionary<string, Tensor> { ["tokens"] = Golden.For("tokens").Tensor, ["logit"] = Golden.For("logits").Tensor };
        var report = PortReport.Of(some);
        report.Should().AgreeWhereDumped();
        Message(() => report.Should().Agree("it is {0}", "whole")).Should().Be("Expected report to agree with the goldens because it is whole, but too little was "
            + "understood: 1 of the 17 steps that every port must dump, expected 7 at least; AgreeWhereDumped() if that is meant\nnot known: logit; did you mean logits?");
    }

    [Fact(DisplayName = "a report is complete if every port must dump no more; what it lacks is named with its layers")]
    public void Complete()
    {
        var dumped = Dumped(MicroModel.Micro);
        PortReport.Of(dumped).Should().BeComplete().And.Agree();
        dumped.Remove("layers.1.v_per_token");
        PortReport.Of(dumped).Should().Agree();
        Message(() => PortReport.Of(dumped).Should().BeComplete()).Should().EndWith("to hold all that every port must dump, but it lacks v_per_token of layer 1");
    }

    [Fact(DisplayName = "a known fault may be excepted, until it is right; another is listed alone")]
    public void Except()
    {
        var wrong = PortReport.Of(Dumped(MicroModel.Micro, KnownMistakes.All.Single(mistake => mistake.Name == "norms_swapped")));
        wrong.Should().AgreeExcept([ArticleSteps.token_embeddings, ArticleSteps.embedding_after_edit_normalized]);
        Message(() => wrong.Should().AgreeExcept([ArticleSteps.token_embeddings])).Should()
            .Contain("except in token_embeddings, but one step is at fault:\n36 embedding_after_edit_normalized").And.NotContain("\n04 ");
        Message(() => PortReport.Of(Dumped(MicroModel.Micro)).Should().AgreeExcept([ArticleSteps.logits, ArticleSteps.freqs]))
            .Should().EndWith("but logits is right now: do not except it any longer\nfreqs is not dumped: do not except it any longer");
        new Action(() => wrong.Should().AgreeExcept(null!)).Should().Throw<ArgumentNullException>().WithParameterName("known");
    }

    [Fact(DisplayName = "a port may have run on the inputs of a case")]
    public void Of_a_case()
    {
        var masked = new Dictionary<string, Tensor> { ["mask"] = Golden.For("mask", caseName: "large_scores").Tensor };
        PortReport.Of(masked, caseName: "large_scores").Should().Agree();
        new Action(() => PortReport.Of(masked, caseName: "nothing")).Should().Throw<Llama3.Formats.Input.BadInputException>().WithMessage("micro has no case nothing; it has article, *");
    }

    private static Dictionary<string, Tensor> Dumped(
        MicroModel model, KnownMistake? mistake = null, ScalarType dtype = ScalarType.Float32, IReadOnlyList<ArticleStep>? steps = null)
    {
        var walk = new Walk(model.Checkpoint, model.Article.Prompt, dtype).With(mistake?.Wrong ?? new Dictionary<ArticleStep, Func<Values, StepResult>>());
        var dumped = new Dictionary<string, Tensor>();
        foreach (var scope in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer))
        {
            foreach (var step in steps ?? DumpContract.Must)
            {
                if (step.dtype is null) { continue; }
                var tensor = walk[step, scope].tensor;
                // A handle of its own: the walk frees finished layers.
                dumped[scope.KeyOf(step)] = tensor.alias();
            }
        }
        return dumped;
    }

    private static string Message(Action assertion) => assertion.Should().Throw<XunitException>().Which.Message.ReplaceLineEndings("\n");
}
