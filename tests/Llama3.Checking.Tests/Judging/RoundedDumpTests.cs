using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Honest float32 ports whose dump is not float32: rounded when it was written, or with logits shifted by one number.</summary>
public sealed class RoundedDumpTests
{
    private static Tensor ToBFloat16(Tensor tensor) => tensor.to_type(bfloat16);

    private static Tensor ToFloat16(Tensor tensor) => Tensor.FromSingles(Array.ConvertAll(tensor.ToSingles(), number => (float)(Half)number), tensor.shape);

    [Fact(DisplayName = "float32 in a file of bfloat16 is right, in tables too")]
    public void BFloat16_file() => NotOk(Rounded(ToBFloat16)).Should().BeEmpty();

    [Fact(DisplayName = "float32 rounded to bfloat16, in a file of float32, is right, in tables too")]
    public void BFloat16_numbers() => NotOk(Rounded(tensor => ToBFloat16(tensor).to_type(float32))).Should().BeEmpty();

    [Fact(DisplayName = "float32 rounded to float16, in a file of float32, is right, in tables too")]
    public void Float16_numbers() => NotOk(Rounded(ToFloat16)).Should().BeEmpty();

    [Theory(DisplayName = "tables that the port itself rounds are a fault, in bfloat16 too:")]
    [InlineData("rope_bf16_freqs", "freqs", false)]
    [InlineData("rope_bf16_angles", "freqs_for_each_token", false)]
    [InlineData("rope_bf16_freqs", "freqs_for_each_token", true)]
    public void Rounded_tables(string name, string id, bool isRoundedDump)
    {
        var mistake = KnownMistakes.All.Single(known => known.Name == name);
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, mistake, step => step.number < ArticleSteps.logits.number);
        var report = Port.Check(MicroModel.Micro, isRoundedDump ? Each(tensors, ToBFloat16) : tensors);
        report.FirstFault!.Step.id.Should().Be(id);
    }

    [Fact(DisplayName = "tables alone do not show that the dump is rounded")]
    public void Tables_alone()
    {
        var freqs = MicroModel.Micro.Article.Results(ScalarType.Float32)["freqs"].tensor;
        var report = Port.Check(MicroModel.Micro, new Dictionary<string, Tensor> { ["freqs"] = ToBFloat16(freqs).to_type(float32) });
        report.FirstFault!.Step.Should().Be(ArticleSteps.freqs);
    }

    [Theory(DisplayName = "logits that are all shifted by one number are right, and it is said:")]
    [InlineData(-0.375, true)]
    [InlineData(0.00058, true)]
    [InlineData(20, true)]
    [InlineData(1e5, false)]
    public void Shifted_logits(double shift, bool agrees)
    {
        var tensors = Port.WhatMustBeDumped(Port.Tensors(MicroModel.Micro, ScalarType.Float32));
        tensors["logits"] = tensors["logits"] + shift;
        var report = Port.Check(MicroModel.Micro, tensors);
        report.Agrees.Should().Be(agrees);
        if (!agrees) { return; }
        var step = report.Steps.Single(step => step.Step == ArticleSteps.logits);
        step.Results.Single().Shift.Should().BeApproximately(shift, 1e-6);
        JudgedStepText.About(step, report, new HashSet<KnownMistake>()).Single().Should().EndWith("the same probabilities, and the same next token");
    }

    [SkippableFact(DisplayName = "logits of which one is shifted are wrong")]
    public void One_shifted_logit()
    {
        LongTests.SkipUnlessAskedFor();
        var tensors = Port.WhatMustBeDumped(Port.Tensors(MicroModel.Micro, ScalarType.Float32));
        var logits = tensors["logits"].ToSingles();
        logits[2983] += 0.375f;
        tensors["logits"] = Tensor.FromSingles(logits, [logits.Length]);
        Port.Check(MicroModel.Micro, tensors).FirstFault!.Step.Should().Be(ArticleSteps.logits);
    }

    [Theory(DisplayName = "a fault is not said to be its own golden under another key:")]
    [InlineData("layers.0.embedding_delta")]
    [InlineData("layers.2.layer_0_embedding")]
    public void Not_itself(string key)
    {
        var tensors = Port.WhatMustBeDumped(Port.Tensors(MicroModel.Micro, ScalarType.Float32));
        tensors[key] = tensors[key] * 1.001;
        Port.Check(MicroModel.Micro, tensors, PortPrecision.fp32).Results.Should().OnlyContain(result => result.Instead == null).And.Contain(result => result.Name == key && result.IsFault);
    }

    private static PortReport Rounded(Func<Tensor, Tensor> round) =>
        Port.Check(MicroModel.Micro, Each(Port.Tensors(MicroModel.Micro, ScalarType.Float32), round));

    private static Dictionary<string, Tensor> Each(Dictionary<string, Tensor> tensors, Func<Tensor, Tensor> round) =>
        tensors.ToDictionary(pair => pair.Key, pair => pair.Value.dtype == ScalarType.Float32 ? round(pair.Value) : pair.Value);

    private static IEnumerable<string> NotOk(PortReport report) =>
        report.Results.Where(result => result.Verdict != Verdict.Ok).Select(result => result.ToString());
}
