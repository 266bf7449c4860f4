using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Tests.Judging;
using Llama3.Checking.Tests.Judging.States;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>What goes wrong in scaling frequencies, by hand: in a fast pair, a pair of the middle band and a slow one.</summary>
public sealed class ScalingMistakeTests
{
    /// <summary>As Llama 3.2 1B: 32 pairs, theta 500000, factor 32, low 1, high 4, original context 8192.</summary>
    private static readonly ModelSizes Sizes = new(8, 2, 64) { Scaling = "llama3", Context = 8192 };

    /// <summary>
    /// Pair 0 rotates 1 radian a position, 1304 turns in 8192 positions. Pair 16 rotates 1 / √500000 = √2 / 1000: 1.84385 turns, so that smooth is
    /// 0.84385 / 3 = 0.281283. Pair 31 rotates 500000 ^ (-31/32) = 3.01386e-6: 0.004 turns. What is given is by what each is multiplied.
    /// </summary>
    [Theory(DisplayName = "scaled RoPE: what each mistake makes of a fast, a middle and a slow pair:")]
    [InlineData("", 1, 0.3037425, 0.03125)] // right: 0.718717 / 32 + 0.281283
    [InlineData("rope_scaling_ignored", 1, 1, 1)]
    [InlineData("rope_scaling_factor_8", 1, 0.3711223, 0.125)] // 0.718717 / 8 + 0.281283
    [InlineData("rope_scaling_linear", 0.03125, 0.03125, 0.03125)]
    [InlineData("rope_scaling_multiplied", 1, 23.28024, 32)] // 0.718717 · 32 + 0.281283
    [InlineData("rope_scaling_by_wavelength", 1, 0.04295488, 0.03125)] // 1 / (0.718717 · 32 + 0.281283)
    [InlineData("rope_scaling_smooth_swapped", 1, 0.7275075, 0.03125)] // 0.281283 / 32 + 0.718717
    [InlineData("rope_scaling_low_high_swapped", 0.03125, 0.7275075, 1)]
    [InlineData("rope_scaling_middle_only", 1, 0.3037425, 1)]
    [InlineData("rope_scaling_middle_kept", 1, 1, 0.03125)]
    [InlineData("rope_scaling_middle_divided", 1, 0.03125, 0.03125)]
    [InlineData("rope_scaling_original_context", 1, 1, 0.03125)] // 16 times as many turns: 29.5 and 0.06
    [InlineData("rope_scaling_ntk", 1, 0.1671662, 0.03125)] // 32 ^ (-16/31)
    [InlineData("rope_scaling_in_base", 1, 0.7119902, 0.5178076)] // 986329 = 499999 / (500000 ^ (1/32) - 1) in place of 500000
    [InlineData("rope_parameters_ignored", 1, 7.071068, 44.24630)] // 10000 ^ (-1/2) = 1 / 100; 10000 ^ (-31/32) = 1.33352e-4
    public void By_hand(string name, double fast, double middle, double slow)
    {
        using var model = new RandomModel(Sizes);
        using var walk = model.Port(name.Length == 0 ? new Dictionary<ArticleStep, Func<Values, StepResult>>() : Find(name).Wrong);
        var freqs = walk[ArticleSteps.freqs, Scope.Article].tensor.ToSingles();
        var right = new[] { (0, fast * 1), (16, middle * Math.Sqrt(2) / 1000), (31, slow * 3.013858e-6) };
        foreach (var (pair, expected) in right) { ((double)freqs[pair]).Should().BeApproximately(expected, 1e-6 * expected, $"pair {pair}"); }
    }

    [Fact(DisplayName = "scaled RoPE: what would be right on a model, or another mistake, is not tried there")]
    public void Only_what_is_wrong()
    {
        using var model = new RandomModel(Sizes);
        var known = KnownMistakes.On(model.Model.Checkpoint.Params, 0).Select(mistake => mistake.Name).ToList();
        known.Should().Contain("rope_scaling_factor_8").And.NotContain(
            ["rope_scaling_factor_32", "rope_scaling_low_1", "rope_scaling_high_4", "rope_scaling_context_8192", "rope_llama32_scaling", "rope_theta_5e5", "eps_1e-5"]);
        KnownMistakes.On(MicroModel.Micro.Checkpoint.Params, 0).Intersect(ModelMistakes.All).Select(mistake => mistake.Name).Should().Equal("rope_theta_499712");
    }

    [Theory(DisplayName = "scaled RoPE: what is scaled in the prompt and not after it, or after it alone, has a name of its own:")]
    [InlineData("rope_scaling_in_prompt_only", 1)]
    [InlineData("rope_scaling_in_passes_only", 1)]
    [InlineData("rope_scaling_ignored", 1)]
    [InlineData("rope_scaling_ignored", 0)]
    public void In_passes(string name, int passes)
    {
        using var port = new StatePort(Sizes with { Context = 64 });
        var wrong = Find(name).InParts;
        var prompt = StatePort.With(port.Prompt([5, 9, 200, 17, 3, 44, 8]), wrong);
        var next = StatePort.With(StatePort.Next(prompt, [4, 7]), wrong);
        var report = port.Check(StatePort.Tensors(prompt), passes == 0 ? [] : StatePort.Tensors(next, "decode.0."));
        report.Passes.Prepend(report).SelectMany(part => part.Results).Where(result => result.IsFault)
            .SelectMany(fault => fault.Causes.Select(cause => $"{cause}").DefaultIfEmpty("?")).Distinct().Should().Equal(name);
    }

    private static KnownMistake Find(string name) => ModelMistakes.All.Single(mistake => mistake.Name == name);
}
