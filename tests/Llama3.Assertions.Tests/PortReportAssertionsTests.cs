using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
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
    }).Should().Agree()).Should().MatchRegex("wrong between: (.|\n)*the fault may also lie in what is not dumped before it: .*qk_per_token_after_masking\\b");

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
                dumped[scope.KeyOf(step)] = tensor.reshape(tensor.shape);
            }
        }
        return dumped;
    }

    private static string Message(Action assertion) => assertion.Should().Throw<XunitException>().Which.Message.ReplaceLineEndings("\n");
}
