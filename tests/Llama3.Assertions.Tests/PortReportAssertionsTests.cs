using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference.Walking;
using Xunit.Sdk;

namespace Llama3.Assertions.Tests;

/// <summary>A port that is right agrees; of another all faults are told, and what they spoil.</summary>
public sealed class PortReportAssertionsTests
{
    [Fact(DisplayName = "a port that is right agrees, in either model")]
    public void Right()
    {
        foreach (var model in MicroModel.All) { PortReport.Of(Dumped(model), model).Should().Agree().And.NotBeNull(); }
    }

    [Theory(DisplayName = "faults are told with the mistake that they look like:")]
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
    }).Should().Agree()).Should().MatchRegex("or before  .*qk_per_token_after_masking: not in the report");

    [Fact(DisplayName = "roundings that add up are no step's fault")]
    public void Drift()
    {
        var rounded = Dumped(MicroModel.Micro, dtype: bfloat16, steps: Aliases.Dumpable);
        PortReport.Of(rounded).Should().Agree();
        Message(() => PortReport.Of(rounded, precision: PortPrecision.fp16).Should().Agree())
            .Should().Contain("but roundings have added up, though no step is at fault; is fp16 what the port computes in?");
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
