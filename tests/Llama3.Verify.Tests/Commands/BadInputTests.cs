using System.Text;

namespace Llama3.Verify.Tests.Commands;

/// <summary>Bad input gives one clear line and exit code 2, never a stack trace.</summary>
public sealed class BadInputTests
{
    [Theory(DisplayName = "bad arguments:")]
    [InlineData("the prompt is empty", "--prompt", "")]
    [InlineData("there is no step 'q_layer1'; did you mean q_layer0", "--step", "q_layer1")]
    [InlineData("'fp8'", "--dtype", "fp8")]
    [InlineData("--promt", "--promt", "hello")]
    [InlineData("special token", "--prompt", "hello <|eot_id|>")]
    [InlineData("there is no folder \"does-not-exist\"", "--checkpoint", "does-not-exist")]
    [InlineData("there is no folder \"\"", "--checkpoint", "")]
    public void Bad_arguments(string expected, params string[] arguments) => Refused(Cli.Run(arguments), expected);

    [Fact(DisplayName = "a prompt of 5,000 tokens is too long")]
    public void A_long_prompt() => Refused(Cli.Run("--prompt", string.Concat(Enumerable.Repeat("42 ", 2500))), "at most 2048");

    [Fact(DisplayName = "an empty folder")]
    public void An_empty_folder()
    {
        using var folder = new CheckpointFolder().Delete("params.json").Delete("consolidated.00.pth").Delete("tokenizer.model");
        Refused(Cli.Run("--checkpoint", folder.Path), "params.json");
    }

    [Theory(DisplayName = "a file is missing:")]
    [InlineData("params.json")]
    [InlineData("consolidated.00.pth")]
    [InlineData("tokenizer.model")]
    public void A_file_is_missing(string file)
    {
        using var folder = new CheckpointFolder().Delete(file);
        Refused(Cli.Run("--checkpoint", folder.Path), file);
    }

    [Theory(DisplayName = "params.json:")]
    [InlineData("\"dim\": 80,", "", "dim")]
    [InlineData("\"dim\": 80", "\"dim\": -80", "dim")]
    [InlineData("\"dim\": 80", "\"dim\": \"eighty\"", "dim")]
    [InlineData("\"dim\": 80", "\"dim\": 1e300", "dim")]
    [InlineData("\"dim\": 80", "\"dim\": 160", "tok_embeddings.weight")]
    [InlineData("\"n_layers\": 3", "\"n_layers\": 4", "layers.3.attention.wq.weight")]
    [InlineData("\"n_layers\": 3", "\"n_layers\": 2", "layers.2.")]
    [InlineData("\"n_layers\": 3", "\"n_layers\": 2000000000", "n_layers")]
    [InlineData("\"vocab_size\": 128256", "\"vocab_size\": 128000", "128256")]
    [InlineData("\"n_kv_heads\": 2", "\"n_kv_heads\": 3", "n_kv_heads")]
    [InlineData("{", "", "params.json")]
    public void Params(string old, string replacement, string expected)
    {
        using var folder = new CheckpointFolder().Edit("params.json", old, replacement);
        Refused(Cli.Run("--checkpoint", folder.Path), expected);
    }

    [Theory(DisplayName = "consolidated.00.pth cut off after bytes:")]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5000)]
    [InlineData(400_000)]
    public void A_truncated_pth(int bytes)
    {
        using var folder = new CheckpointFolder().Truncate("consolidated.00.pth", bytes);
        Refused(Cli.Run("--checkpoint", folder.Path), "consolidated.00.pth");
    }

    [Fact(DisplayName = "a zip that is not a checkpoint")]
    public void A_zip_that_is_no_checkpoint()
    {
        using var folder = new CheckpointFolder().Zip("hello.txt", "hello"u8.ToArray());
        Refused(Cli.Run("--checkpoint", folder.Path), "data.pkl");
    }

    [Fact(DisplayName = "a pickle that calls os.system is refused by name, and nothing runs")]
    public void A_pickle_that_calls_os_system()
    {
        var trace = Path.Combine(Path.GetTempPath(), $"llama3verify-{Guid.NewGuid():N}");
        var pickle = $"\u0080\u0002cos\nsystem\n(X{Encoding.Latin1.GetString(BitConverter.GetBytes(6 + trace.Length))}touch {trace}tR.";
        using var folder = new CheckpointFolder().Zip("archive/data.pkl", Encoding.Latin1.GetBytes(pickle));
        Refused(Cli.Run("--checkpoint", folder.Path), "os.system");
        File.Exists(trace).Should().BeFalse();
    }

    [Theory(DisplayName = "tokenizer.model:")]
    [InlineData("AA== 188", "@@@@ 188", "base64")]
    [InlineData("AA== 188", "AA== 189", "189")]
    [InlineData("AA== 188", "AA== many", "many")]
    [InlineData("AA== 188", "AQ== 188", "line 190")]
    public void Tokenizer(string old, string replacement, string expected)
    {
        using var folder = new CheckpointFolder().Edit("tokenizer.model", old, replacement);
        Refused(Cli.Run("--checkpoint", folder.Path), expected);
    }

    private static void Refused(CliResult result, string expected)
    {
        result.ExitCode.Should().Be(2);
        result.Output.Should().BeEmpty();
        result.Error.Should().StartWith("llama3verify: ").And.Contain(expected).And.NotContain("   at ");
        result.Error.TrimEnd('\n').Should().NotContain("\n", "one line is enough");
    }
}
