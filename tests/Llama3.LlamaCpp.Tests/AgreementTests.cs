using Llama3.Checking.Goldens;
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
    public void Other(string model, string type, string options)
    {
        LongTests.SkipUnlessAskedFor();
        Agrees(MicroModel.Named(model), type, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Agrees(MicroModel model, string type, params string[] options)
    {
        var (next, report) = runs.Run(model, type, options);
        next.Should().Be(2983);
        report.Agrees.Should().BeTrue("{0}", report);
        report.IsPartial.Should().BeFalse();
        report.Missing.Should().BeEmpty();
        report.Unknown.Should().BeEmpty();
        report.Passes.Should().HaveCount(model.Manifest.Decode.Passes.Count);
    }
}
