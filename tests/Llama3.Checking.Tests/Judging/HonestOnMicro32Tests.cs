using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Ports of micro-3.2 that are right (<see cref="HonestPort"/>): its numbers of outlier size must not make them look wrong.</summary>
public sealed class HonestOnMicro32Tests
{
    public static TheoryData<string> Ports => [.. LongTests.Some(HonestPort.All.Keys, 12)];

    [Theory(DisplayName = "honest ports of micro-3.2 are not blamed, held against goldens and against the reference:"), MemberData(nameof(Ports))]
    public void Honest(string port)
    {
        var steps = HonestPort.All[port].Steps;
        var model = MicroModel.Micro32;
        var tokens = torch.tensor(model.Article.Results(float32)[ArticleSteps.tokens.id].tensor.ToInt64s());
        var walk = new Walk(model.Checkpoint, model.Article.Prompt, float32) { pass = CachePasses.First(tokens) }
            .InParts(steps);
        var dump = MemoryDump.Of(Checking.Tests.Port.Tensors(walk, DumpContract.Must.Contains));
        foreach (var run in new[] { DumpedRun.Of(dump, model.Article), DumpedRun.Of(dump, new ReferenceModel(model.Folder, model.Checkpoint)) })
        {
            var report = new DumpCheck(run).Run();
            report.Results.Where(result => result.Verdict != Verdict.Ok).Select(result => result.ToString()).Should().BeEmpty($"{run.Golden.Standard}, {report.Precision}");
        }
    }
}
