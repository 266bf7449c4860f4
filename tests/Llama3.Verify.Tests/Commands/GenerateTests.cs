namespace Llama3.Verify.Tests.Commands;

/// <summary>What "generate" prints: the text and nothing else to standard output.</summary>
public sealed class GenerateTests
{
    [Fact(DisplayName = "generate --help")]
    public Task Help() => Snapshot.Verify(Cli.Help("generate"));

    [Fact(DisplayName = "generate: the article's prompt")]
    public void The_article()
    {
        var run = Cli.Run("generate");
        (run.ExitCode, run.Output).Should().Be((0, "42"));
        run.Error.Should().MatchRegex(
            @"^1 token; stopped at <\|end_of_text\|>\nprompt of 17 tokens in \d+\.\d\d s, then \d+\.\d\d tokens per second\n$");
    }

    [Theory(DisplayName = "generate: why it stops:")]
    [InlineData("", "0 tokens; stopped at --max-tokens\n", "--max-tokens", "0")]
    [InlineData(" four five", "2 tokens; stopped at --max-tokens\n", "--max-tokens", "2")]
    [InlineData("", "0 tokens; stopped: prompt and text fill --max-seq-len, 4\n", "--max-seq-len", "4")]
    [InlineData(" four", "1 token; stopped: prompt and text fill --max-seq-len, 5\n", "--max-seq-len", "5")]
    [InlineData(" four five six seven eight nine ten", "7 tokens; stopped at <|end_of_text|>\n", "--dtype", "fp32")]
    [InlineData(" four", "2 tokens; stopped before \" fi\", given by --stop\n", "--stop", "seven", "--stop", " fi")]
    [InlineData(" fo", "2 tokens; stopped before \"ur fi\", given by --stop\n", "--stop", "ur fi")]
    [InlineData(" four five six seven eight nine ten", "7 tokens; stopped at <|end_of_text|>\n", "--stop", "tent", "--stop", "fours")]
    public void Stops(string text, string reason, params string[] arguments)
    {
        var run = Cli.Run(["generate", "--prompt", "one two three", .. arguments]);
        (run.ExitCode, run.Output).Should().Be((0, text));
        run.Error.Should().StartWith(reason);
    }

    [Fact(DisplayName = "generate: the same seed gives the same text on every path of the kernels")]
    public void Seeds()
    {
        string[] arguments = ["generate", "--prompt", "the", "--temperature", "1.2", "--top-k", "40", "--max-tokens", "24", "--seed", "1"];
        var expected = Cli.Run(arguments);
        expected.Error.Should().EndWith("seed 1\n");
        string[] paths = LongTests.Run ? ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"] : ["DOTNET_EnableAVX2"];
        foreach (var variable in paths)
        {
            Cli.RunProcess(new() { [variable] = "0" }, arguments).Output.Should().Be(expected.Output, $"{variable}=0 changes nothing");
        }
    }

    [Fact(DisplayName = "generate: without a seed it draws one, and says which")]
    public void Without_a_seed()
    {
        var first = Cli.Run("generate", "--prompt", "the", "--temperature", "2", "--max-tokens", "9");
        var seed = first.Error.TrimEnd('\n').Split("\nseed ")[1];
        Cli.Run("generate", "--prompt", "the", "--temperature", "2", "--max-tokens", "9", "--seed", seed).Output.Should().Be(first.Output);
    }

    [Fact(DisplayName = "generate: tokens that an excerpt of the vocabulary lacks are shown by their numbers")]
    public void Unknown_tokens() => Cli.Run("generate", "--temperature", "1e9", "--max-tokens", "9", "--seed", "1")
        .Output.Should().MatchRegex(@"<\|\d+\|>");

    [Fact(DisplayName = "generate --chat: the header of the answer is not text")]
    public void Chat()
    {
        var run = Cli.Run("generate", "--chat", "--system", "Be brief.", "--prompt", "<|eot_id|>", "--max-tokens", "3");
        run.ExitCode.Should().Be(0);
        run.Output.Should().NotContain("<|");
    }

    [Theory(DisplayName = "generate: bad arguments:")]
    [InlineData("the prompt is empty", "--prompt", "")]
    [InlineData("special token", "--prompt", "<|eot_id|>")]
    [InlineData("the prompt has 17 tokens; at most 16 fit", "--max-seq-len", "16")]
    [InlineData("max-seq-len is 0", "--max-seq-len", "0")]
    [InlineData("-1 tokens are asked for", "--max-tokens", "-1")]
    [InlineData("--max-tokens is '1e99', expected a whole number; --help tells", "--max-tokens", "1e99")]
    [InlineData("--seed is 'x', expected a whole number; ", "--seed", "x")]
    [InlineData("--temperature is 'warm', expected a number; ", "--temperature", "warm")]
    [InlineData("temperature is -1", "--temperature", "-1")]
    [InlineData("temperature is NaN", "--temperature", "NaN")]
    [InlineData("top-p is 0", "--temperature", "1", "--top-p", "0")]
    [InlineData("top-k is 0", "--temperature", "1", "--top-k", "0")]
    [InlineData("no effect at temperature 0", "--top-k", "5")]
    [InlineData("no effect at temperature 0", "--top-p", "0.9", "--temperature", "0")]
    [InlineData("--stop is empty: expected the text that ends the generated one", "--stop", "")]
    [InlineData("add --chat", "--system", "Be brief.")]
    [InlineData("'fp8'", "--dtype", "fp8")]
    [InlineData("there is no folder", "--checkpoint", "does-not-exist")]
    public void Bad_arguments(string expected, params string[] arguments)
    {
        var run = Cli.Run(["generate", .. arguments]);
        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Error.TrimEnd('\n').Should().StartWith("llama3verify: ").And.Contain(expected).And.NotContain("\n");
    }
}
