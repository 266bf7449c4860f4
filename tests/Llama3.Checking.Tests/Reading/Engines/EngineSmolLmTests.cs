using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Tests.Reading.Engines;

/// <summary>The engines on SmolLM2-135M-Instruct, of which layers 0, 1 and 29 are dumped: right, and with the mistakes that were found in published ones.</summary>
public sealed class EngineSmolLmTests
{
    private static readonly int[] Layers = [0, 1, 29];

    private static readonly Tensor[] Passes =
        [torch.tensor(new long[] { 1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411 }), torch.tensor(new long[] { 407 }), torch.tensor(new long[] { 19712, 8182, 2 })];

    public static IEnumerable<object[]> Engines => EngineTable.All.Select(engine => new object[] { engine.Name });

    [SkippableTheory(DisplayName = "engines: a right one agrees on SmolLM2:"), MemberData(nameof(Engines))]
    public void Agrees(string name) => Check(name, mistake: null, report => report.Agrees.Should().BeTrue("{0}", report));

    [SkippableTheory(DisplayName = "engines: what was wrong in published ones is named on SmolLM2:")]
    [InlineData("candle", "rope_theta_1e4")]
    [InlineData("FlaxLlama", "rope_theta_1e4")]
    [InlineData("keras-hub", "eps_1e-6")]
    [InlineData("TransformerLens 4", "cache_not_read")]
    public void Named(string name, string mistake) => Check(name, mistake, report => report.Passes.Prepend(report).SelectMany(run => run.Results).Where(result => result.IsFault)
        .Should().NotBeEmpty().And.OnlyContain(fault => fault.LooksLike.Count == 1 && fault.LooksLike[0].Name == mistake, report.ToString()));

    private static void Check(string name, string? mistake, Action<PortReport> examine)
    {
        var path = SmolLm.File();
        if (name is not ("litgpt" or "penzai") && mistake is not ("cache_not_read")) { LongTests.SkipUnlessAskedFor(); }
        using var checkpoint = Checkpoint.Open(path);
        var wrong = KnownMistakes.Everything.Where(known => known.Name == mistake).SelectMany(known => known.Wrong).ToDictionary();
        var dump = new EngineLayout(EngineTable.All.Single(engine => engine.Name == name), checkpoint, Layers).Dump(Passes, wrong);
        examine(PortReport.Of(dump, new ReferenceModel(path, checkpoint)));
    }
}
