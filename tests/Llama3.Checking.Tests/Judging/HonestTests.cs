using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Ports that are right are never blamed.</summary>
public sealed class HonestTests
{
    public static TheoryData<string, string> Models => new()
    {
        { "micro", "fp32" }, { "micro", "bf16" }, { "micro-mha", "fp32" }, { "micro-mha", "bf16" }, { "micro-3.2", "fp32" }, { "micro-3.2", "bf16" },
    };

    [Theory(DisplayName = "the reference itself, in both precisions, which are found out:"), MemberData(nameof(Models))]
    public void The_reference_itself(string model, string precision)
    {
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
        var report = new DumpCheck(DumpedRun.Of(dump, Find(model).Article)).Run();
        report.Agrees.Should().BeTrue();
        report.Steps.Where(step => step.Verdict == Verdict.Ok).Select(step => step.Step).Should().BeEquivalentTo(report.Dump.Tensors.Select(result => result.Step).Distinct());
        report.Steps.Count(step => step.Verdict == Verdict.Ok).Should().BeGreaterThan(30);
    }

    public static TheoryData<string> Cases => [.. MicroModel.Micro.Cases.OfType<OtherInputsCase>().Select(golden => golden.Name)];

    [Theory(DisplayName = "the goldens of other inputs (--case), as files:"), MemberData(nameof(Cases))]
    public void Other_inputs(string name)
    {
        var golden = MicroModel.Micro.Cases.Single(golden => golden.Name == name);
        using var dump = Dump.Open(Path.Combine(Repository.Root, golden.FileOf(ScalarType.Float32)));
        new DumpCheck(DumpedRun.Of(dump, golden)).Run().Agrees.Should().BeTrue();
    }

    [Fact(DisplayName = "the reference itself on another prompt, from end to end")]
    public void Another_prompt()
    {
        var golden = MicroModel.Micro.Cases.Single(golden => golden.Name == "other_prompt");
        var tensors = Port.Tensors(new Walk(MicroModel.Micro.Checkpoint, golden.Prompt, ScalarType.Float32), DumpContract.Must.Contains);
        var report = new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), golden)).Run();
        (report.Agrees, report.Missing.Count).Should().Be((true, 0));
    }

    [Theory(DisplayName = "what the article's prompt cannot show, other inputs do:")]
    [InlineData("softmax_no_max", "large_scores", "qk_per_token_after_masking_after_softmax")]
    [InlineData("softmax_max_from_0", "large_scores", "qk_per_token_after_masking_after_softmax")]
    [InlineData("eps_1e-6", "small_norms", "final_embedding_normalized")]
    [InlineData("rope_llama31_scaling", "far_positions", "freqs")]
    [InlineData("rope_theta_499712", "far_positions", "freqs")]
    [InlineData("rope_table_2048", "far_positions", "freqs_for_each_token")]
    [InlineData("rope_table_2048_wrapped", "far_positions", "freqs_for_each_token")]
    [InlineData("rope_table_2048_zero", "far_positions", "freqs_cis")]
    [InlineData("rope_table_4096", "far_positions", "freqs_for_each_token")]
    [InlineData("rope_table_4096_wrapped", "far_positions", "freqs_for_each_token")]
    [InlineData("rope_table_4096_zero", "far_positions", "freqs_cis")]
    public void Other_inputs_show_more(string mistakeName, string name, string id)
    {
        var golden = MicroModel.Micro.Cases.Single(golden => golden.Name == name);
        var mistake = KnownMistakes.Everything.Single(known => known.Name == mistakeName);
        var step = ArticleSteps.all[id];
        var tensors = golden.Results(ScalarType.Float32).Where(pair => ArticleSteps.all.Any(before => before.id == pair.Key && before.dtype is not null && before.number < step.number))
            .ToDictionary(pair => pair.Key, pair => pair.Value.tensor);
        tensors[id] = golden.Walk(ScalarType.Float32).With(mistake.Wrong).Run(step, Scope.Article).Result.tensor;
        var fault = new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), golden)).Run().Results.Single(result => result.IsFault);
        (fault.Step, fault.Verdict).Should().Be((step, Verdict.WrongHere));
        fault.LooksLike.Should().Contain(mistake);
    }

    [Theory(DisplayName = "roundings after every step, as a port that holds its values in:")]
    [InlineData("fp16")]
    [InlineData("bf16")]
    public void Rounded_after_every_step(string precision)
    {
        var walk = new Walk(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, ScalarType.Float32);
        var report = Port.Check(MicroModel.Micro, Port.Tensors(walk.With(Rounded.After(precision))));
        report.Precision.ToString().Should().Be(precision);
        report.Results.Where(result => result.Verdict != Verdict.Ok).Should().BeEmpty();
    }

    [Theory(DisplayName = "a result that is the same in every precision does not tell which it is:")]
    [InlineData(double.NaN)]
    [InlineData(0)]
    public void Precision_of_nothing(double value)
    {
        var tensors = Port.Tensors(MicroModel.Micro.Article.Walk(ScalarType.Float32));
        foreach (var name in tensors.Keys.Where(name => name.EndsWith("_per_token", StringComparison.Ordinal)).ToList())
        {
            tensors[name] = torch.full(tensors[name].shape, value);
        }
        Port.Check(MicroModel.Micro, tensors).Precision.Should().Be(PortPrecision.fp32);
    }

    private static MicroModel Find(string name) => MicroModel.All.Single(model => model.Name == name);
}
