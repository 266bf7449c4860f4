namespace Llama3.Verify.Tests.Commands;

/// <summary>Ids in place of a prompt, and a file of weights in place of a folder: here of the micro model, without its tokenizer.</summary>
public sealed class TokensTests(TokensTests.Model model) : IClassFixture<TokensTests.Model>
{
    /// <summary>What the notebook printed for the article's prompt.</summary>
    private const string Article = "128000,1820,4320,311,279,17139,3488,315,2324,11,279,15861,11,323,4395,374,220";

    [Fact(DisplayName = "--tokens: a walk without a tokenizer shows ids where it would show texts")]
    public void Walk()
    {
        var walk = Cli.Run("--checkpoint", model.Weights, "--tokens", Article);
        (walk.ExitCode, walk.Error).Should().Be((0, ""));
        walk.Output.Should().StartWith($"tokens {Article}\n").And.Contain($"→ 17 pieces\n   {Article.Replace(',', ' ')}\n");
        walk.Output.TrimEnd('\n').Should().EndWith("\nnext token 2983");
        walk.Output.Should().NotContain("\"");
    }

    [Fact(DisplayName = "--tokens: with a tokenizer the texts are shown, and the numbers are those of the prompt")]
    public void With_a_tokenizer()
    {
        var (prompt, ids) = (Lines(Cli.Run()), Lines(Cli.Run("--tokens", Article)));
        ids[0].Should().Be($"tokens {Article}");
        // The step that makes the tokens reads nothing.
        ids.Skip(1).Where(line => !line.TrimStart().StartsWith('→')).Should().Equal(prompt.Skip(1).Where(line => !line.Contains(prompt[0])));
    }

    [Fact(DisplayName = "--tokens: a step in full, of the article and of a pass after it")]
    public void Steps()
    {
        Cli.Run("--checkpoint", model.Weights, "--tokens", "128000,5,6", "--step", "2").Output.TrimEnd('\n').Should().EndWith("\n\n128000\n5\n6");
        Cli.Run("--checkpoint", model.Weights, "--tokens", Article, "--step", "decode.tokens").Output.TrimEnd('\n').Should().EndWith("\n\n[2983]");
        Cli.Run("--tokens", "5,120000", "--step", "2").Output.TrimEnd('\n').Should().EndWith("\n\n\"&\"\n\"<|120000|>\"", "the vocabulary is an excerpt");
    }

    [Fact(DisplayName = "generate --tokens: without a tokenizer ids are printed, as --tokens takes them, else texts")]
    public void Generate()
    {
        var ids = Cli.Run("generate", "--checkpoint", model.Weights, "--tokens", Article);
        (ids.ExitCode, ids.Output).Should().Be((0, "2983"));
        Cli.Run("generate", "--tokens", Article).Output.Should().Be("42");
        Cli.Run("generate", "--checkpoint", model.Weights, "--tokens", "128000,606,1403,2380", "--max-tokens", "2").Output.Should().MatchRegex(@"^\d+,\d+$");
    }

    [Fact(DisplayName = "a .safetensors file of any name, with its config.json beside it, is the checkpoint")]
    public void A_file()
    {
        using var dump = new PortDumpFile();
        var check = Cli.Run("check", dump.Path, "--checkpoint", model.Weights);
        (check.ExitCode, check.Error).Should().Be((0, ""));
        check.Output.Should().Contain("against the reference on weights.safetensors: dim 80, ");
        Cli.Run("inspect", model.Weights).Output.Should().Contain(", as Hugging Face distributes models\n").And.Contain("\nweights.safetensors: ");
    }

    [Theory(DisplayName = "--tokens, bad arguments:")]
    [InlineData("--prompt is for texts, and --tokens gives ids: give one of them", "--tokens", "1", "--prompt", "hello")]
    [InlineData("--prompt is for texts, and --tokens gives ids: give one of them", "generate", "--tokens", "1", "--prompt", "hello")]
    [InlineData("--chat is for texts, and --tokens gives ids: give one of them", "generate", "--tokens", "1", "--chat")]
    [InlineData("--tokens is empty: expected ids of tokens with commas between them, such as 1,2,3", "--tokens", "")]
    [InlineData("--tokens: 'x' is not a number, expected ids of tokens with commas between them, such as 1,2,3", "--tokens", "1,x")]
    [InlineData("--tokens: '' is not a number, expected ids of tokens with commas between them, such as 1,2,3", "generate", "--tokens", "1,,2")]
    [InlineData("--tokens: '1.5' is not a number, expected ids of tokens with commas between them, such as 1,2,3", "--tokens", "1.5")]
    [InlineData("--tokens: the model has no token 128256, expected 0 to 128255, as its vocab_size says", "--tokens", "0,128255,128256")]
    [InlineData("--tokens: the model has no token -1, expected 0 to 128255, as its vocab_size says", "generate", "--tokens", "-1")]
    public void Refused(string expected, params string[] arguments) => Says(expected, Cli.Run(arguments));

    [Fact(DisplayName = "--tokens: more than 2048 ids are refused")]
    public void Too_many() => Says("--tokens gives 2049 ids; at most 2048 fit", Cli.Run("--tokens", string.Join(',', Enumerable.Repeat("5", 2049))));

    [Theory(DisplayName = "without a tokenizer, a prompt is refused, and what needs texts:")]
    [InlineData("\"FOLDER\" holds no tokenizer.json, the tokenizer of the model; without it, give ids of tokens instead of a text: --tokens 1,2,3")]
    [InlineData("\"FOLDER\" holds no tokenizer.json, the tokenizer of the model; without it, give ids of tokens instead of a text: --tokens 1,2,3", "generate")]
    [InlineData("\"FOLDER\" holds no tokenizer.json, the tokenizer of the model", "facts")]
    public void Without_a_tokenizer(string expected, params string[] arguments) => Says(
        expected.Replace("FOLDER", Path.GetDirectoryName(model.Weights), StringComparison.Ordinal), Cli.Run([.. arguments, "--checkpoint", model.Weights]));

    [Fact(DisplayName = "--tokens: a tokenizer that cannot be read does not matter; for a prompt it is said why, and what to do")]
    public void Another_tokenizer()
    {
        var file = Path.Combine(Path.GetDirectoryName(model.Weights)!, "tokenizer.json");
        File.WriteAllText(file, "[]");
        try
        {
            Cli.Run("generate", "--checkpoint", model.Weights, "--tokens", Article).Output.Should().Be("2983");
            var prompt = Cli.Run("generate", "--checkpoint", model.Weights);
            Says($"{file}: ", prompt);
            prompt.Error.Should().EndWith("; without it, give ids of tokens instead of a text: --tokens 1,2,3\n");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(DisplayName = "a .safetensors file without its config.json beside it: it is said what to put there")]
    public void Without_config()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["lone.safetensors"], new byte[8]);
        Says(
            $"\"{folder.Path}\" holds no config.json, which belongs to \"{folder["lone.safetensors"]}\": put the model's config.json there, "
                + "or its params.json if the tensors have Meta's names",
            Cli.Run("--checkpoint", folder["lone.safetensors"], "--tokens", "1"));
    }

    private static string[] Lines(CliResult run) => run.Output.Split('\n');

    private static void Says(string expected, CliResult run)
    {
        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Error.Should().StartWith($"llama3verify: {expected}").And.EndWith("\n").And.NotMatchRegex("\n.");
    }

    /// <summary>The micro model as a folder of Hugging Face's, without its tokenizer, its weights under another name.</summary>
    public sealed class Model : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Model()
        {
            Cli.Run("copy", _folder.Path, "--format", "hf", "--force").ExitCode.Should().Be(0);
            File.Delete(_folder["tokenizer.json"]);
            File.Move(_folder["model.safetensors"], Weights);
        }

        public string Weights => _folder["weights.safetensors"];

        public void Dispose() => _folder.Dispose();
    }
}
