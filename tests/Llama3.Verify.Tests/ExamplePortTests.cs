using System.Text.RegularExpressions;

namespace Llama3.Verify.Tests;

/// <summary>The ports in examples/ports: right as they are, and each mistake that can be switched on is found and named.</summary>
public sealed partial class ExamplePortTests(ExamplePorts ports) : IClassFixture<ExamplePorts>
{
    [SkippableTheory(DisplayName = "an example port answers 42, and all that it dumps agrees:")]
    [InlineData("python", "41 of 42 steps, 8 finer points and 3 of the cache dumped; 52 ok. 9 passes after the prompt, 9 agree.")]
    [InlineData("javascript", "41 of 42 steps and 8 finer points dumped; 49 ok.")]
    [InlineData("c", "21 of 42 steps and 7 finer points dumped; 28 ok.")]
    public void Honest(string language, string coverage)
    {
        var (dump, printed) = ports.Run(language, mistake: "");
        printed.TrimEnd().Should().Be("2983");
        var check = Cli.Run("check", dump, "--complete");
        (check.ExitCode, check.Error).Should().Be((0, ""));
        check.Output.Should().EndWith($"{coverage}\n");
    }

    [SkippableTheory(DisplayName = "the port in Python runs micro-3.2 too; if it does not scale RoPE, that is named")]
    [InlineData("", 0, "41 of 42 steps, 8 finer points and 3 of the cache dumped; 52 ok. 3 passes after the prompt, 3 agree.")]
    [InlineData("rope_scaling_ignored", 1, "looks like rope_scaling_ignored: ")]
    public void Of_Llama_3_2(string mistake, int exitCode, string said)
    {
        var check = Cli.Run("check", ports.Run("python", mistake, "micro-3.2").Dump, "--complete", "--model", "micro-3.2");
        (check.ExitCode, check.Error).Should().Be((exitCode, ""));
        check.Output.Should().Contain(said);
    }

    [SkippableTheory(DisplayName = "a mistake in an example port is blamed on its step and named:")]
    [InlineData("python", "rope_half_split", "q_per_token_split_into_pairs")]
    [InlineData("python", "eps_1e-6", "attention_norm_before_weight")]
    [InlineData("python", "cache_pos_plus1", "positions")]
    [InlineData("javascript", "gelu", "feed_forward_gate_activated")]
    [InlineData("javascript", "gqa_modulo", "qk_per_token_before_scaling")]
    [InlineData("c", "rope_theta_1e4", "freqs_cis")]
    [InlineData("c", "no_scale", "qk_per_token_after_masking")]
    public void Broken(string language, string mistake, string step)
    {
        var check = Cli.Run("check", ports.Run(language, mistake).Dump, "--complete");
        (check.ExitCode, check.Error).Should().Be((1, ""));
        FirstFault().Match(check.Output).Groups["id"].Value.Should().Be(step);
        Named().Matches(check.Output).Select(match => match.Groups["name"].Value).Distinct().Should().Equal(mistake);
        Faults().Count(check.Output).Should().Be(Named().Count(check.Output), "every fault is explained");
    }

    [GeneratedRegex(@"First fault: (decode\.\d+: )?(step \d+, )?(?<id>\w+)")]
    private static partial Regex FirstFault();

    [GeneratedRegex(@" looks like (?<name>[^ :]+)(:| again)")]
    private static partial Regex Named();

    [GeneratedRegex(" {2}WRONG (HERE|BETWEEN) ")]
    private static partial Regex Faults();
}
