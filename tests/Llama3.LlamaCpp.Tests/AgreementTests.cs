using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using LlamaCpp;

namespace Llama3.LlamaCpp.Tests;

/// <summary>llama.cpp, which we did not write, computes on our files what the goldens say, in the prompt and in every pass after it.</summary>
[Collection(nameof(LlamaCppRuns))]
public sealed class AgreementTests(LlamaCppRuns runs)
{
    [SkippableTheory(DisplayName = "llama.cpp agrees, with float32 weights and cache:")]
    [InlineData(LlamaCppDump.AllLogits)]
    [InlineData(LlamaCppDump.FlashAttention)]
    public void In_float32(string options) => Agrees(MicroModel.Micro, "f32", options);

    [SkippableTheory(DisplayName = "llama.cpp agrees, with fewer bits or another model:")]
    [InlineData("micro", "f32", "--f16-cache")]
    [InlineData("micro", "f32", "--f16-cache --all-logits")]
    [InlineData("micro", "f32", "--all-logits --flash-attention")]
    [InlineData("micro", "bf16", "")]
    [InlineData("micro", "bf16", "--f16-cache")]
    [InlineData("micro", "f16", "")]
    [InlineData("micro", "f16", "--f16-cache")]
    [InlineData("micro-mha", "f32", "")]
    [InlineData("micro-3.2", "f32", "")]
    [InlineData("micro-3.2", "f32", "--all-logits --flash-attention")]
    [InlineData("micro-3.2", "bf16", "--f16-cache")]
    [InlineData("micro", "f32", "--f16-cache --flash-attention")]
    [InlineData("micro", "bf16", "--f16-cache --flash-attention")]
    [InlineData("micro-3.2", "f16", "--f16-cache --flash-attention --all-logits")]
    public void Other(string model, string type, string options)
    {
        LongTests.SkipUnlessAskedFor();
        Agrees(MicroModel.Named(model), type, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [SkippableTheory(DisplayName = "llama.cpp agrees on a quantised file:")]
    [InlineData("q8_0", "--f16-cache --flash-attention")]
    public void Quantised(string type, string options) => AgreesWithFile(type, options);

    [SkippableTheory(DisplayName = "llama.cpp agrees on other quantised files:")]
    [InlineData("q8_0", "")]
    [InlineData("q5_1", "--f16-cache --flash-attention")]
    [InlineData("q5_0", "--all-logits")]
    [InlineData("q4_1", "--f16-cache")]
    [InlineData("q4_0", "--f16-cache --flash-attention")]
    [InlineData("q6_k", "--f16-cache")]
    [InlineData("q5_k", "--f16-cache --flash-attention")]
    [InlineData("q4_k", "")]
    [InlineData("q4_k", "--f16-cache --flash-attention --all-logits")]
    public void Other_quantised(string type, string options)
    {
        LongTests.SkipUnlessAskedFor();
        AgreesWithFile(type, options);
    }

    [SkippableTheory(DisplayName = "llama.cpp agrees on many tokens at once, for which it computes flash attention in another way:")]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(200)]
    public void Many_tokens(int count)
    {
        LongTests.SkipUnlessAskedFor();
        var tokens = State.Named("long_prompt")!.Numbers("tokens").Take(count);
        var report = runs.RunOther(MicroModel.Named("micro-3.2"), "q8_0", tokens, [[2983], [15861, 11]], "--f16-cache", "--flash-attention");
        report.Agrees.Should().BeTrue("{0}", report);
        report.Passes.Should().HaveCount(2).And.OnlyContain(pass => pass.Agrees);
        (report.Precision, report.Coarser).Should().Be((PortPrecision.fp32, null));
    }

    /// <summary>What it rounds is known, so that all else is judged as in float32.</summary>
    private void AgreesWithFile(string type, string options)
    {
        var (next, report) = runs.RunFile(MicroModel.Named("micro-3.2"), type, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Agrees(MicroModel.Named("micro-3.2"), next, report);
        (report.Precision, report.Coarser).Should().Be((PortPrecision.fp32, null));
        report.Notes.Should().Contain(note => note.StartsWith($"float32, but what meets weights in {type.ToUpperInvariant()} is rounded to 8-bit numbers"));
    }

    private void Agrees(MicroModel model, string type, params string[] options)
    {
        var (next, report) = runs.Run(model, type, options);
        Agrees(model, next, report);
    }

    private static void Agrees(MicroModel model, int next, PortReport report)
    {
        next.Should().Be(2983);
        report.Agrees.Should().BeTrue("{0}", report);
        report.IsPartial.Should().BeFalse();
        report.Missing.Should().BeEmpty();
        report.Unknown.Should().BeEmpty();
        report.Passes.Should().HaveCount(model.Manifest.Decode.Passes.Count);
    }
}
