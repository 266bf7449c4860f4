using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Checking.Reporting;
using Llama3.Checking.Tests.Judging.Strangers;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>A check without goldens: the reference runs the dumped tokens. On the micro model it must say what a check with goldens says.</summary>
public sealed class ReferenceTests
{
    private const int Every = 40;

    private static readonly MicroModel Model = MicroModel.Micro;

    public static TheoryData<string> Mistakes => [.. LongTests.Some(KnownMistakes.All.Where(IsNotInTokens).Select(mistake => mistake.Name).Distinct(), Every)];

    /// <summary>A third of them at most: each takes two checks.</summary>
    public static TheoryData<string> Strangers =>
        [.. Bed.Some(Bed.All.Where((stranger, index) => index % 3 == 0 && !stranger.Wrong.ContainsKey(ArticleSteps.tokens)), Every).Select(stranger => stranger.Name)];

    [Theory(DisplayName = "without goldens, a known mistake has the same verdicts and the same name:"), MemberData(nameof(Mistakes))]
    public void Known(string name)
    {
        var tensors = Port.Tensors(Model, float32, KnownMistakes.All.First(mistake => mistake.Name == name));
        Said(WithoutGoldens(tensors)).Should().Equal(Said(Port.Check(Model, tensors)));
    }

    /// <summary>Compared is what was captured. Of the rest of a pass, the reference knows more than a check with goldens: what is right.</summary>
    [Theory(DisplayName = "without goldens, other mistakes have the same faults and the same names, in passes too:"), MemberData(nameof(Strangers))]
    public void Unknown(string name)
    {
        var tensors = WrongPort.Everything(Bed.Named(name));
        var with = WrongPort.Check(tensors);
        var captured = Results(with).Where(one => one.Of.Dump.Golden.Expected(one.Result.Step, one.Result.Scope, float32) is not null).Select(Key).ToHashSet();
        Said(WithoutGoldens(tensors), captured.Contains).Should().Equal(Said(with, captured.Contains));
    }

    [Theory(DisplayName = "without goldens, a port that is right agrees, in every precision")]
    [InlineData(ScalarType.Float32, "micro")]
    [InlineData(ScalarType.BFloat16, "micro")]
    [InlineData(ScalarType.BFloat16, "micro-mha")]
    public void Right(ScalarType dtype, string model)
    {
        var report = WithoutGoldens(Port.Tensors(MicroModel.Named(model), dtype), MicroModel.Named(model));
        report.Precision.Should().Be(dtype == float32 ? PortPrecision.fp32 : PortPrecision.bf16);
        report.Results.Should().OnlyContain(result => result.Verdict == Verdict.Ok);
    }

    [Fact(DisplayName = "without goldens, the logits alone are enough to see a mistake, and to say that it lies before them")]
    public void Logits_alone()
    {
        var tensors = Port.Tensors(Model, float32, KnownMistakes.All.First(mistake => mistake.Name == "no_scale"), step => step == ArticleSteps.tokens || step == ArticleSteps.logits);
        WithoutGoldens(tensors).Results.Should().Contain(result => result.Step == ArticleSteps.logits && result.Verdict == Verdict.WrongBetween);
    }

    [Fact(DisplayName = "without goldens, a check of few results shows how far the reference has come, and which mistakes are tried then")]
    public void Progress()
    {
        var tensors = Port.Tensors(Model, float32, null, step => step.repeats == Repeats.Once);
        tensors["freqs"] *= 2;
        var (dump, events) = (MemoryDump.Of(tensors), new List<string>());
        var reference = new ReferenceModel(Model.Folder, Model.Checkpoint) { WeightRead = events.Add };
        new DumpCheck(DumpedRun.Of(dump, reference)) { Judged = share => events.Add($"{share}"), Trying = events.Add }.Run();
        events.Where(name => name.StartsWith("layers.", StringComparison.Ordinal) && name.EndsWith("w2.weight", StringComparison.Ordinal)).Distinct()
            .Should().Equal("layers.0.feed_forward.w2.weight", "layers.1.feed_forward.w2.weight", "layers.2.feed_forward.w2.weight");
        events.Should().ContainInOrder("layers.2.feed_forward.w2.weight", "output.weight", "1", KnownMistakes.All[^1].Name);
    }

    [Fact(DisplayName = "without goldens, where trying all mistakes takes too long no name is said, but that")]
    public void Out_of_time()
    {
        var dump = MemoryDump.Of(Port.Tensors(Model, float32, KnownMistakes.All.First(mistake => mistake.Name == "no_scale")));
        var report = new DumpCheck(DumpedRun.Of(dump, new ReferenceModel(Model.Folder, Model.Checkpoint))) { MostTime = TimeSpan.Zero }.Run();
        var fault = report.Steps.First(step => step.IsFault);
        (fault.Step, fault.LooksLike.Count).Should().Be((ArticleSteps.qk_per_token, 0));
        JudgedStepText.About(fault, report, new HashSet<KnownMistake>()).Should().Contain(line => line.StartsWith("not all known mistakes were tried", StringComparison.Ordinal));
    }

    [Theory(DisplayName = "without goldens, the dump must say which tokens it is of:")]
    [InlineData(new long[] { 2049 }, "tokens makes 2049 tokens from the beginning of the prompt, expected 1 to 2048")]
    [InlineData(new long[] { 0 }, "tokens has the shape [0], expected [T], or [B, T] of a batch")]
    public void Tokens(long[] shape, string expected) =>
        BadInput.IsRefused(() => WithoutGoldens(new() { ["tokens"] = torch.zeros(shape, dtype: int64) }), $"the tensors in memory: {expected}");

    [Fact(DisplayName = "without goldens, a dump without tokens is refused")]
    public void No_tokens() =>
        BadInput.IsRefused(() => WithoutGoldens(new() { ["logits"] = torch.zeros(4) }), "the tensors in memory has no tokens: expected the ids that the port was fed");

    [Fact(DisplayName = "without goldens, tokens under two names must be the same, and by position they are refused")]
    public void Tokens_twice()
    {
        var ids = torch.arange(4);
        BadInput.IsRefused(() => WithoutGoldens(new() { ["tokens"] = ids, ["input_ids"] = ids + 1 }), "the tensors in memory: input_ids holds other ids than tokens");
        BadInput.IsRefused(() => WithoutGoldens(new() { ["tokens@0"] = ids[..1] }), "the tensors in memory: tokens@0 is of one position, expected all ids in one tensor");
    }

    [Fact(DisplayName = "without goldens, a layer that the model lacks is listed, and not computed")]
    public void Layer_that_is_not_there()
    {
        var tensors = Port.Tensors(Model, float32);
        tensors["kqv_out-999999"] = torch.zeros(17, 80);
        WithoutGoldens(tensors).Dump.Unreadable.Should().ContainSingle().Which.Name.Should().Be("kqv_out-999999");
    }

    [Fact(DisplayName = "without goldens, a pass with which the tokens become too many is refused")]
    public void Too_many()
    {
        var tensors = Port.Tensors(Model, float32, dumps: step => step == ArticleSteps.tokens || step == ArticleSteps.next_token);
        tensors["decode.0.tokens"] = torch.zeros(2040, dtype: int64);
        BadInput.IsRefused(() => WithoutGoldens(tensors), "*decode.0*: tokens makes 2057 tokens from the beginning of the prompt, expected 18 to 2048");
    }

    private static PortReport WithoutGoldens(Dictionary<string, Tensor> tensors, MicroModel? model = null)
    {
        var (dump, micro) = (MemoryDump.Of(tensors), model ?? Model);
        return new DumpCheck(DumpedRun.Of(dump, new ReferenceModel(micro.Folder, micro.Checkpoint))).Run();
    }

    /// <summary>Without goldens, the tokens are what the port ran on.</summary>
    private static bool IsNotInTokens(KnownMistake mistake) => !mistake.Wrong.Any(wrong => wrong.Key == ArticleSteps.tokens);

    private static IEnumerable<string> Said(PortReport report, Func<string, bool>? of = null) => Results(report)
        .Where(one => of?.Invoke(Key(one)) != false)
        .Select(one => $"{Key(one)}: {one.Result.Verdict} {string.Join(", ", one.Result.LooksLike.Select(mistake => mistake.Name).Order(StringComparer.Ordinal))}");

    private static IEnumerable<(PortReport Of, JudgedResult Result)> Results(PortReport report) =>
        report.Passes.Prepend(report).SelectMany(part => part.Results, (part, result) => (part, result));

    private static string Key((PortReport Of, JudgedResult Result) one) => $"{one.Of.Dump.Golden.Prefix}{one.Result.Scope.KeyOf(one.Result.Step)}";
}
