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

    [Theory(DisplayName = "emoji of several characters, and words that are joined, are shown as they are:")]
    [InlineData("hi 🎉")]
    [InlineData("👨‍👩‍👧 ❤️ 👍🏽 🇩🇪 1️⃣ 🏴‍☠️")]
    [InlineData("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F")]
    [InlineData("می\u200Cخواهم क्\u200Dष é 中")]
    public void Emoji(string prompt) => Cli.Run("--prompt", prompt, "--step", "tokens").Output.Should().Contain($"\n   reads     \"{prompt}\"\n");

    [Theory(DisplayName = "what nobody would see, or what turns a line's direction, is escaped:")]
    [InlineData("a\u202Eb", "\"a\\u202Eb\"")]
    [InlineData("a\u200Bb\uFEFF", "\"a\\u200Bb\\uFEFF\"")]
    [InlineData("a\u200Db 👩\u200D", "\"a\\u200Db 👩\\u200D\"")]
    [InlineData("\uFE0F", "\"\\uFE0F\"")]
    [InlineData("a\U000E0067", "\"a\\uDB40\\uDC67\"")]
    [InlineData("\u0007\u0085\uE000\u2028", "\"\\u0007\\u0085\\uE000\\u2028\"")]
    public void Escaped(string prompt, string shown) => Cli.Run("--prompt", prompt).Output.Should().StartWith($"{shown}\n");

    [Fact(DisplayName = "tokens that are parts of a character's bytes are shown by U+FFFD, a joiner of its own escaped")]
    public void Parts_of_characters() => Cli.Run("--prompt", "👨‍👩", "--step", "prompt_split_as_tokens").Output
        .Should().EndWith("\n\"<|begin_of_text|>\"\n\"�\"\n\"�\"\n\"�\"\n\"\\u200D\"\n\"�\"\n\"�\"\n\"�\"\n");

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

    [Theory(DisplayName = "--pictures draws what --step shows; in characters, where there are no colours:")]
    [InlineData("qk_per_token_after_masking_after_softmax")]
    [InlineData("q_per_token_split_into_pairs")]
    public Task A_picture(string id) => Snapshot.Verify(Cli.Run("--pictures", "--step", id, "--dtype", "fp32").Output, id);

    [Fact(DisplayName = "--pictures: every step but those of text and ids has a picture of at most twenty rows; the rest of the walk is as without")]
    public void Pictures()
    {
        var walk = Cli.Run("--pictures").Output;
        var steps = walk.Split("\n\n")[1..^2];
        steps.Should().HaveCount(42);
        steps.Where(step => !step.Contains(" magnitudes 0 to ", StringComparison.Ordinal)).Select(step => StepLine().Match(step).Groups["id"].Value)
            .Should().Equal("tokens", "prompt_split_as_tokens", "next_token");
        steps.Should().OnlyContain(step => step.Split('\n').Count(IsRow) <= 20);
        string.Join('\n', walk.Split('\n').Where(line => !IsRow(line) && !IsBeneath(line))).Should().Be(Cli.Run().Output);
    }

    [Theory(DisplayName = "--pictures: what is drawn is said:")]
    [InlineData("q_layer0", "   head 0 of 8\n")]
    [InlineData("k_layer0", "   key/value head 0 of 2\n")]
    [InlineData("freqs_cis", "   real and imaginary parts side by side\n")]
    [InlineData("logits", "   each cell is the largest in magnitude of 1 × ")]
    [InlineData("decode.mask", " magnitudes 0 to 0.0000: least 0.0000, most 0.0000\n")]
    public void Remarks(string id, string expected) => Cli.Run("--pictures", "--step", id).Output.Should().Contain(expected);

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

    private static bool IsRow(string line) => line.StartsWith("   |", StringComparison.Ordinal);

    private static bool IsBeneath(string line) => BeneathPicture().IsMatch(line);

    [GeneratedRegex(@"^ ?\d+ (?<id>\w+)  \w", RegexOptions.Multiline)]
    private static partial Regex StepLine();

    [GeneratedRegex("^   (\" ·:-=|each cell is |(key/value )?head 0 of |pairs side by side|real and imaginary parts )")]
    private static partial Regex BeneathPicture();
}
