using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Formats.Checkpoints;
using LlamaCpp;

namespace Llama3.LlamaCpp.Tests;

/// <summary>What a converter may get wrong in a GGUF is named from what llama.cpp computes on the file.</summary>
[Collection(nameof(LlamaCppRuns))]
public sealed class MistakeTests(LlamaCppRuns runs)
{
    private static MicroModel Model => MicroModel.Micro;

    [SkippableFact(DisplayName = "llama.cpp on a GGUF with Llama 2's rope.freq_base: rope_theta_1e4")]
    public void Theta() => Names("rope_theta_1e4", file => LlamaCppRuns.Set(file, "llama.rope.freq_base", 1e4f));

    [SkippableFact(DisplayName = "llama.cpp on a GGUF with another layer_norm_rms_epsilon: eps_1e-6")]
    public void Epsilon()
    {
        LongTests.SkipUnlessAskedFor();
        Names("eps_1e-6", file => LlamaCppRuns.Set(file, "llama.attention.layer_norm_rms_epsilon", 1e-6f));
    }

    [SkippableTheory(DisplayName = "llama.cpp on a GGUF with other divisors in rope_freqs.weight:")]
    [InlineData("rope_scaling_ignored", 1)]
    [InlineData("rope_scaling_factor_8", 8)]
    public void Scaling(string mistake, int factor)
    {
        LongTests.SkipUnlessAskedFor();
        var scaled = MicroModel.Named("micro-3.2");
        Names(mistake, runs.RunWrong(scaled, file => LlamaCppRuns.Replace(file, Divisors(scaled, factor: null), Divisors(scaled, factor))));
    }

    [SkippableTheory(DisplayName = "llama.cpp on a quantised GGUF with a mistake, flash attention and a cache in float16:")]
    [InlineData("rope_theta_1e4_with_rope_freqs", "llama.rope.freq_base", 1e4f)]
    [InlineData("eps_1e-6", "llama.attention.layer_norm_rms_epsilon", 1e-6f)]
    public void Quantised(string mistake, string key, float value)
    {
        LongTests.SkipUnlessAskedFor();
        Names(mistake, runs.RunWrong(
            MicroModel.Named("micro-3.2"), file => LlamaCppRuns.Set(file, key, value), "q8_0", LlamaCppDump.F16Cache, LlamaCppDump.FlashAttention));
    }

    [SkippableTheory(DisplayName = "llama.cpp on a GGUF with matrices in Hugging Face's order:")]
    [InlineData("wk_hf_permuted", "wk")]
    [InlineData("qk_hf_permuted", "wq", "wk")]
    public void Permuted(string mistake, params string[] matrices)
    {
        LongTests.SkipUnlessAskedFor();
        Names(mistake, file =>
        {
            foreach (var layer in Enumerable.Range(0, Model.Checkpoint.Params.n_layers))
            {
                foreach (var name in matrices)
                {
                    var matrix = Model.Checkpoint.weight($"layers.{layer}.attention.{name}.weight").to(ScalarType.Float32);
                    LlamaCppRuns.Replace(file, matrix, HalvesOfHeads(matrix));
                }
            }
        });
    }

    private void Names(string mistake, Action<byte[]> make) => Names(mistake, runs.RunWrong(Model, make));

    private static void Names(string mistake, PortReport report)
    {
        report.Agrees.Should().BeFalse();
        report.Results.Where(result => result.IsFault).Should().NotBeEmpty()
            .And.AllSatisfy(fault => fault.LooksLike.Select(known => known.Name).Should().Equal([mistake], "{0}", report));
    }

    /// <summary>What the frequencies are divided by, with the model's factor or another.</summary>
    private static Tensor Divisors(MicroModel model, double? factor)
    {
        var (config, scaling) = (model.Checkpoint.Params, (Llama3RopeScaling)model.Checkpoint.Params.rope_scaling!);
        var other = scaling with { factor = factor ?? scaling.factor };
        return torch.tensor(Enumerable.Range(0, config.head_dim / 2).Select(pair => (float)other.DivisorOf(config.FrequencyOf(pair))).ToArray());
    }

    /// <summary>The rows of each head, first those of even number and then the odd ones, as Hugging Face has them.</summary>
    private static Tensor HalvesOfHeads(Tensor matrix)
    {
        var pairs = Model.Checkpoint.Params.head_dim / 2;
        return matrix.reshape([-1, pairs, 2, matrix.shape[1]]).transpose(1, 2).contiguous();
    }
}
