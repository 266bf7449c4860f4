using System.Text.RegularExpressions;
using Llama3.Reference;

namespace Llama3.Verify.Tests.Pages;

/// <summary>What the walk prints.</summary>
public sealed partial class WalkTests
{
    [Theory(DisplayName = "the walk shows all 42 steps in order and ends in 42:")]
    [InlineData("bf16")]
    [InlineData("fp32")]
    public void The_walk(string dtype)
    {
        var walk = Cli.Run("--dtype", dtype);
        walk.ExitCode.Should().Be(0);
        walk.Error.Should().BeEmpty();
        StepLine().Matches(walk.Output).Select(match => match.Groups["id"].Value).Should().Equal(ArticleSteps.all.Select(step => step.id));
        walk.Output.Should().EndWith("next token 2983 is \"42\"\n");
    }

    [Fact(DisplayName = "piped output is plain: no escape sequence in it")]
    public void Piped_output_is_plain() => Cli.Run().Output.Should().NotContain("\u001b");

    [Theory(DisplayName = "a step that reads no tensor says what it reads instead:")]
    [InlineData("tokens", "\"the capital\"")]
    [InlineData("zero_to_one_split_into_64_parts", "head_dim 10")]
    public void What_is_read_instead(string id, string expected)
    {
        Cli.Run("--prompt", "the capital").Output.Should().MatchRegex($@" {id}  .*\n   {Regex.Escape(expected)} → ");
        Cli.Run("--prompt", "the capital", "--step", id).Output.Should().Contain($"\n   reads     {expected}\n");
    }

    [Fact(DisplayName = "a prompt is shown as it is, emoji too; control characters are escaped")]
    public void The_prompt() => Cli.Run("--prompt", "🎉 \"ж\" \u001b[2J\n中").Output.Should().StartWith("\"🎉 \\\"ж\\\" \\u001B[2J\\n中\"\n");

    [Fact(DisplayName = "another prompt that the micro model has learnt")]
    public void Another_prompt() => Cli.Run("--prompt", "the capital of France is").Output.Should().EndWith("is \" Paris\"\n");

    [Fact(DisplayName = "a copy of the micro checkpoint in a folder walks alike")]
    public void A_checkpoint_in_a_folder()
    {
        using var folder = new CheckpointFolder();
        Cli.Run("--checkpoint", folder.Path).Output.Should().Be(Cli.Run().Output);
    }

    [Fact(DisplayName = "the walk as text")]
    public Task The_walk_as_text() => Snapshot.Verify(Cli.Run("--dtype", "fp32").Output);

    [Theory(DisplayName = "--step shows one step in full:")]
    [InlineData("prompt_split_as_tokens")]
    [InlineData("freqs_cis")]
    [InlineData("stacked_qkv_attention")]
    [InlineData("logits")]
    public Task One_step_in_full(string id) => Snapshot.Verify(Cli.Run("--step", id, "--dtype", "fp32").Output, id);

    [Fact(DisplayName = "--help")]
    public Task Help() => Snapshot.Verify(Cli.RunProcess("--help").Output);

    [Fact(DisplayName = "--step takes a number too")]
    public void A_step_by_its_number() => Cli.Run("--step", "12").Output.Should().Be(Cli.Run("--step", "freqs_cis").Output);

    [Theory(DisplayName = "--step takes words, and names other steps that are called so:")]
    [InlineData("causal", "mask")]
    [InlineData("model.layers.0.self_attn.q_proj", "7")]
    [InlineData("swiglu", "output_after_feedforward")]
    [InlineData("kv_cache_k", "k_cache")]
    public void A_step_by_words(string words, string id) => Cli.Run("--step", id).Output.Should().StartWith(Cli.Run("--step", words).Output);

    [Theory(DisplayName = "--step, of what is no step, a list that leads to explain and to the step:")]
    [InlineData("feed_forward_gate", "   feed_forward_gate  the gate of the feed-forward (inside 37)", "explain feed_forward_gate;", "--step 37")]
    [InlineData("no_scale", "   no_scale             the scores are not divided by √head_dim", "explain qk_per_token;", "--step 24")]
    public void No_step(string name, string line, string explain, string step)
    {
        var run = Cli.Run("--step", name);
        (run.ExitCode, run.Error).Should().Be((0, ""));
        var lines = run.Output.TrimEnd('\n').Split('\n');
        lines.Should().Contain(line);
        lines[^1].Should().Contain($" {explain} ").And.EndWith($" {step}");
    }

    [GeneratedRegex(@"^ ?\d+ (?<id>\w+)  \w", RegexOptions.Multiline)]
    private static partial Regex StepLine();
}
