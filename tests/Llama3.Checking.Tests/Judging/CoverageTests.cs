using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Judging;

/// <summary>When enough of a dump was understood: a verdict on almost nothing is none.</summary>
public sealed class CoverageTests
{
    [Fact(DisplayName = "coverage: of the prompt 7 of the 17 steps that must be dumped are enough, in whichever layer")]
    public void Of_the_prompt()
    {
        var right = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: DumpContract.Must.Contains);
        foreach (var (count, isPartial) in new[] { (1, true), (6, true), (7, false), (17, false) })
        {
            var steps = DumpContract.Must.Reverse().Take(count).ToList();
            var some = right.Where(tensor => steps.Exists(step => tensor.Key == step.id || tensor.Key == $"layers.2.{step.id}")).ToDictionary();
            var coverage = PortReport.Of(some).Coverage;
            (coverage.Found.Count, coverage.Asked.Count, coverage.Enough).Should().Be((count, 17, 7));
            PortReport.Of(some).IsPartial.Should().Be(isPartial);
        }
    }

    [Fact(DisplayName = "coverage: what a port may dump, and names that are not known, count for nothing")]
    public void Other_names()
    {
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: step => !DumpContract.Must.Contains(step));
        tensors["layers.0.attention.wq_"] = torch.zeros([17, 80]);
        var report = PortReport.Of(tensors);
        (report.Agrees, report.IsPartial, report.Coverage.Found.Count).Should().Be((true, true, 0));
        report.Unknown.Should().Equal("layers.0.attention.wq_");
    }

    [Fact(DisplayName = "coverage: passes do not count, and have no measure of their own")]
    public void Passes()
    {
        var tensors = new Dictionary<string, Tensor> { ["tokens"] = Golden.For("tokens").Tensor };
        var pass = MicroModel.Micro.Passes[0];
        foreach (var (key, result) in pass.Results(ScalarType.Float32).Where(golden => golden.Value.text is null)) { tensors[pass.Prefix + key] = result.tensor; }
        var report = PortReport.Of(tensors);
        (report.Agrees, report.IsPartial, report.Passes.Single().IsPartial).Should().Be((true, true, false));
    }

    [Fact(DisplayName = "coverage: what is asked for one step alone has enough with it, and not without")]
    public void One_step()
    {
        new Coverage([ArticleSteps.logits], []).Suffices.Should().BeFalse();
        new Coverage([ArticleSteps.logits], [ArticleSteps.logits]).Suffices.Should().BeTrue();
    }

    [Theory(DisplayName = "coverage: a case asks for what it computes, and for half of it at least:")]
    [InlineData("other_prompt", 15, 7)]
    [InlineData("far_positions", 2, 1)]
    [InlineData("small_norms", 3, 1)]
    [InlineData("large_scores", 3, 1)]
    public void Cases(string name, int asked, int enough)
    {
        var golden = MicroModel.Micro.CaseNamed(name);
        var coverage = Coverage.Of(golden, []);
        (coverage.Asked.Count, coverage.Enough, coverage.Suffices).Should().Be((asked, enough, false));
        var fed = new Dictionary<string, Tensor>();
        foreach (var (key, result) in golden.Results(ScalarType.Float32).Where(result => result.Value.text is null)) { fed[key] = result.tensor; }
        PortReport.Of(fed, caseName: name).IsPartial.Should().BeFalse();
    }
}
