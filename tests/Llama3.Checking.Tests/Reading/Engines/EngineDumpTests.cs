using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Reading.Engines;

/// <summary>Dumps of the engines in the table, as each names and shapes what it computes.</summary>
public sealed class EngineDumpTests
{
    public static IEnumerable<object[]> Runs => from engine in EngineTable.All from model in new[] { "micro", "micro-3.2" } select new object[] { engine.Name, model };

    [Theory(DisplayName = "engines: a right one agrees as it is, with nothing left over:"), MemberData(nameof(Runs))]
    public void Agrees(string name, string model)
    {
        var (engine, micro) = (EngineTable.All.Single(engine => engine.Name == name), MicroModel.Named(model));
        var report = PortReport.Of(new EngineLayout(engine, micro).Dump(Passes(micro, 2)), micro);
        report.Passes.Prepend(report).SelectMany(run => run.Results, (run, result) => (Text: $"{run.Dump.Golden.Name}: {result}", result.Verdict))
            .Where(found => found.Verdict != Verdict.Ok).Select(found => found.Text).Should().BeEmpty();
        report.Passes.Prepend(report).SelectMany(run => run.Dump.Unreadable).Select(one => one.ToString()).Should().BeEmpty();
        report.Passes.Prepend(report).SelectMany(run => run.Unknown).Should().BeEmpty();
        report.Agrees.Should().BeTrue();
    }

    [Theory(DisplayName = "engines: two prompts in a batch agree, each by itself:")]
    [InlineData("penzai"), InlineData("torch.onnx dynamo"), InlineData("TransformerLens 3"), InlineData("keras-hub")]
    public void Batch(string name)
    {
        var (engine, micro) = (EngineTable.All.Single(engine => engine.Name == name), MicroModel.Micro32);
        var one = new EngineLayout(engine, micro).Dump(Passes(micro, 2));
        var dump = one.Where(pair => pair.Key.EndsWith("tokens", StringComparison.Ordinal) || pair.Value.shape is [1, _, ..])
            .ToDictionary(pair => pair.Key, pair => pair.Value.shape.Length == 1 ? torch.stack([pair.Value, pair.Value]) : torch.cat([pair.Value, pair.Value], 0));
        var report = PortReport.Of(dump, micro);
        report.Agrees.Should().BeTrue("{0}", report);
        report.Passes.Prepend(report).SelectMany(run => run.Dump.Unreadable).Should().BeEmpty();
        report.Passes.Should().HaveCount(5, "of two prompts and two passes of each");
    }

    public static IEnumerable<object[]> Rows => LongTests.Some(
        from engine in EngineTable.All from row in engine.Tensors where row.Steps.Count > 0 select new object[] { engine.Name, row.Name.Text }, every: 30);

    [Theory(DisplayName = "engines: of a tensor that is spoilt the right step is blamed, or that it differs from another of the same result:"), MemberData(nameof(Rows))]
    public void Spoilt(string name, string text)
    {
        var (engine, micro) = (EngineTable.All.Single(engine => engine.Name == name), MicroModel.Micro32);
        var (row, layout) = (engine.Tensors.Single(row => row.Name.Text == text), new EngineLayout(engine, micro));
        var (dump, written) = (layout.Dump(Passes(micro, 0)), row.Name.In(layout.LayersOf(row).Last()));
        dump[written] = (dump[written] * 1.01).contiguous();
        var report = PortReport.Of(dump, micro);
        report.Agrees.Should().BeFalse();
        var placed = report.FirstFault is { } fault ? fault.Step.id : report.Dump.Unreadable[0].ToString();
        (row.Steps.Select(StepOf).Contains(placed) || placed.Contains(Printable.Text(written), StringComparison.Ordinal)).Should().BeTrue("{0}: {1}", placed, report);
    }

    /// <summary>Cosines and sines are one step's.</summary>
    private static string StepOf(string id) => id is "freqs_cos" or "freqs_sin" ? "freqs_cis" : id;

    private static IReadOnlyList<Tensor> Passes(MicroModel micro, int after) =>
        [micro.Article.Results(float32)[ArticleSteps.tokens.id].tensor, .. micro.Passes.Take(after).Select(pass => pass.NewTokens)];
}
