using Llama3.Checking.Goldens;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.RoundedProductsTests;
using static Llama3.Reference.ArticleSteps;
using Steps = System.Collections.Generic.IReadOnlyDictionary<Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Checking.Tests.Judging;

/// <summary>
/// Engines with 8-bit products are right. Where the reference can round as they do, their mistakes are found as in float32; where it cannot, what is not a
/// product is still judged so.
/// </summary>
public sealed class QuantisedEngineTests
{
    private const string Model = "micro-3.2";

    private static readonly Steps
        LikeLlamaCpp = RoundedProducts.Of(RoundedProducts.LikeLlamaCpp),
        OfItsOwn = RoundedProducts.Of(RoundedProducts.InOtherBlocks);

    [Theory(DisplayName = "products of 8-bit numbers are no fault, and known for what they are:")]
    [InlineData(false), InlineData(true)]
    public void Proven(bool everything)
    {
        var report = Check(Model, LikeLlamaCpp, everything);
        NotOk(report).Should().BeEmpty();
        (report.Agrees, report.Precision, report.Coarser).Should().Be((true, PortPrecision.fp32, null));
        report.Notes.Should().Contain("float32, but what meets weights is rounded to Q8_0, which is no fault: quantised weights?");
    }

    public static IEnumerable<object[]> Mistakes => LongTests.Some<object[]>(
        [["eps_1e-6"], ["rope_half_split"], ["no_scale"], ["no_attn_residual"], ["rope_scaling_ignored"]], every: 5);

    [Theory(DisplayName = "a mistake of such an engine is named as in float32:"), MemberData(nameof(Mistakes))]
    public void Named(string mistake)
    {
        var known = MicroModel.Named(Model).Article.Mistakes.Single(one => one.Name == mistake);
        var report = Check(Model, With(LikeLlamaCpp, known.Wrong), everything: false);
        var faults = report.Passes.Prepend(report).SelectMany(run => run.Results).Where(result => result.IsFault).ToList();
        faults.Should().NotBeEmpty().And.OnlyContain(fault => fault.LooksLike.Contains(known));
    }

    [SkippableFact(DisplayName = "products of 8-bit numbers in other blocks agree with --precision q8, and the check says so")]
    public void Of_another_engine()
    {
        LongTests.SkipUnlessAskedFor();
        var asked = Check(Model, OfItsOwn, everything: true, precision: PortPrecision.q8);
        NotOk(asked).Should().BeEmpty();
        (asked.Agrees, asked.Precision).Should().Be((true, PortPrecision.q8));
        var found = Check(Model, OfItsOwn, everything: true);
        (found.Coarser ?? found.AgreesIn).Should().Be(PortPrecision.q8);
        var strict = Check(Model, OfItsOwn, everything: true, precision: PortPrecision.fp32);
        (strict.Agrees, strict.AgreesIn).Should().Be((false, PortPrecision.q8));
    }

    public static IEnumerable<object[]> OutsideProducts => LongTests.Some<object[]>(
        [["eps 1e-6"], ["the softmax's sum off by 0.1 %"], ["a SiLU that is off by up to 0.2 %"]], every: 3);

    [Theory(DisplayName = "with --precision q8 what is no product is judged as in float32:"), MemberData(nameof(OutsideProducts))]
    public void Strict(string mistake)
    {
        var report = Check(Model, With(OfItsOwn, WeakMistakes.All[mistake]), everything: true, precision: PortPrecision.q8);
        report.Agrees.Should().BeFalse();
        report.Results.Where(result => result.IsFault).Should().NotBeEmpty().And.OnlyContain(fault => WeakMistakes.All[mistake].ContainsKey(fault.Step));
    }

    [SkippableFact(DisplayName = "what --precision q8 cannot see: a product that is off by 1 %")]
    public void Blind()
    {
        LongTests.SkipUnlessAskedFor();
        var wrong = new Dictionary<ArticleStep, Func<Values, StepResult>> { [embedding_delta] = v => Attention.project(v[stacked_qkv_attention], v[w_layer0]) * 0.99 };
        Check(Model, With(OfItsOwn, wrong), everything: true, precision: PortPrecision.q8).Agrees.Should().BeTrue();
        Check(Model, With(LikeLlamaCpp, wrong), everything: true).Agrees.Should().BeFalse("the reference computes llama.cpp's products again");
    }

    [SkippableTheory(DisplayName = "a dump that differs in its precision and agrees in a coarser one is told which:")]
    [InlineData(PortPrecision.fp16, PortPrecision.bf16)]
    [InlineData(PortPrecision.bf16, PortPrecision.q8)]
    public void Coarser(PortPrecision asked, PortPrecision agrees)
    {
        if (asked == PortPrecision.bf16) { LongTests.SkipUnlessAskedFor(); }
        var inputs = asked == PortPrecision.fp16 ? RoundedProducts.All["bfloat16 in all products"] : RoundedProducts.InOtherBlocks;
        var report = Check(Model, RoundedProducts.Of(inputs), everything: true, precision: asked);
        (report.Agrees, report.AgreesIn).Should().Be((false, agrees));
    }
}
