using System.Globalization;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Checking.Reporting;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Dumps of a few layers: of six layers the first two and the last.</summary>
public sealed class SomeLayersTests : IDisposable
{
    private const int Every = 50;

    private static readonly int[] Dumped = [0, 1, 5];

    private readonly RandomModel _model = new(new ModelSizes(4, 2, 8) { Dim = 32, Layers = 6 });

    /// <summary>What gives the right numbers on this prompt; and what gives NaN alone, of which a place can be told, and other such names.</summary>
    private static readonly string[] Invisible = ["softmax_max_from_0", "softmax_no_max", "score_softcap"], OnlyNaN = ["softmax_over_heads"];

    /// <summary>Those that can be made in one layer.</summary>
    public static TheoryData<string> Mistakes => [.. LongTests.Some(KnownMistakes.All.Where(mistake => mistake.InParts.Keys.All(step => step.repeats != Repeats.Once)), Every)
        .Select(mistake => mistake.Name).Except([.. Invisible, .. OnlyNaN])];

    public void Dispose() => _model.Dispose();

    [Fact(DisplayName = "some layers: a right port agrees")]
    public void Right() => Check("", []).Results.Should().OnlyContain(result => result.Verdict == Verdict.Ok);

    [Theory(DisplayName = "some layers: a mistake in a layer that is not dumped is placed between those that are, without a name:"), MemberData(nameof(Mistakes))]
    public void Between(string name)
    {
        var faults = Check(name, [3]).Results.Where(result => result.IsFault).ToList();
        faults.Should().OnlyContain(fault => fault.Layer == 5 && fault.Verdict == Verdict.WrongBetween && fault.LooksLike.Count == 0);
        faults.Should().OnlyContain(fault => fault.UnseenLayers.SequenceEqual(new[] { 2, 3, 4 }));
    }

    [Fact(DisplayName = "some layers: the layers that are not dumped belong to the place of a mistake that fits there")]
    public void Place() => Check(OnlyNaN[0], [2, 3, 4, 5]).Results.Where(result => result.IsFault)
        .Should().OnlyContain(fault => fault.Causes.Any(cause => cause.ToString() == $"{OnlyNaN[0]}, in layers 2–5 only"));

    [Fact(DisplayName = "some layers: the text says which layers are not dumped, with the step and with the first fault")]
    public void Text()
    {
        var report = Check("no_scale", [3]);
        var step = report.Steps.First(step => step.IsFault);
        JudgedStepText.About(step, report, new HashSet<KnownMistake>()).First().Should().StartWith("inputs agree; after step 38 of layer 1, the layers 2–4 are not dumped; worst at ");
        var outcome = new Outcome(report, []);
        ReportText.FirstFault(outcome).Should().Be(" First fault: step 4, token_embeddings, in layer 5, or in the layers 2–4 before it, which are not dumped.");
        ReportText.Disagreement(outcome).Should().Contain("the fault may also lie in what is not dumped before it: layers 2–4, mask");
    }

    [Theory(DisplayName = "some layers: a mistake in a layer that is dumped is named with its place:")]
    [InlineData(1)]
    [InlineData(5)]
    public void In_a_dumped_layer(int layer)
    {
        var faults = Check("gelu", [layer]).Results.Where(result => result.IsFault);
        var fault = faults.Should().ContainSingle().Subject;
        (fault.Step, fault.Layer, fault.Verdict).Should().Be((ArticleSteps.output_after_feedforward, layer, Verdict.WrongHere));
        fault.Causes.Should().ContainSingle().Which.ToString().Should().Be($"gelu, in layer {layer} only");
    }

    [Fact(DisplayName = "some layers: a mistake in all layers has its name, and no place")]
    public void In_all_layers()
    {
        var faults = Check("gelu", [0, 1, 2, 3, 4, 5]).Results.Where(result => result.IsFault).ToList();
        faults.Should().HaveCountGreaterThan(3);
        faults.SelectMany(fault => fault.Causes).Select(cause => cause.ToString()).Distinct().Should().Equal("gelu");
    }

    private PortReport Check(string name, int[] layers)
    {
        var wrong = KnownMistakes.All.Where(mistake => mistake.Name == name).SelectMany(mistake => mistake.InParts)
            .ToDictionary<KeyValuePair<ArticleStep, Func<Values, StepResult>>, ArticleStep, Func<Values, StepResult>>(pair => pair.Key, pair => v =>
                layers.Contains(v.layer) ? pair.Value(v) : FinerPoints.compositions.GetValueOrDefault(pair.Key, pair.Key.run)(v));
        var tensors = Port.Tensors(_model.Port(wrong), DumpContract.Must.Contains).Where(tensor => IsDumped(tensor.Key.Split('.'))).ToDictionary();
        var dump = MemoryDump.Of(tensors);
        return new DumpCheck(DumpedRun.Of(dump, _model.Model)).Run();
    }

    private static bool IsDumped(string[] key) => key is not ["layers", var layer, _] || Dumped.Contains(int.Parse(layer, CultureInfo.InvariantCulture));
}
