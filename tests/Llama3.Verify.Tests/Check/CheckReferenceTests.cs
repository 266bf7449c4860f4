using System.Text.Json.Nodes;

namespace Llama3.Verify.Tests.Check;

/// <summary>A check of any checkpoint, without goldens: here of the micro model as a folder of Hugging Face's, without its tokenizer.</summary>
public sealed class CheckReferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CheckReferenceTests()
    {
        Cli.Run("copy", Checkpoint, "--format", "hf").ExitCode.Should().Be(0);
        File.Delete(Path.Combine(Checkpoint, "tokenizer.json"));
    }

    private string Checkpoint => _folder["micro-hf"];

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "check --checkpoint: a port that is right agrees with the reference, passes too")]
    public void Right()
    {
        using var dump = new PortDumpFile(passes: 2);
        var check = Cli.Run("check", dump.Path, "--checkpoint", Checkpoint);
        check.Error.Should().BeEmpty();
        check.Output.Should().Contain("17 tokens, fp32; against the reference on micro-hf: dim 80, 3 layers, 8 heads over 2, head_dim 10")
            .And.Contain("2 passes after the prompt, 2 agree");
        check.ExitCode.Should().Be(0);
    }

    [Fact(DisplayName = "check --checkpoint: a mistake is named, and what follows it is inherited")]
    public void Wrong()
    {
        using var dump = new PortDumpFile("no_scale");
        var check = Cli.Run("check", dump.Path, "--checkpoint", Checkpoint, "--verbose");
        check.ExitCode.Should().Be(1);
        check.Output.Should().Contain("looks like no_scale: ").And.Contain("right arithmetic on wrong inputs").And.Contain(" from the reference").And.NotContain("golden");
        var json = JsonNode.Parse(Cli.Run("check", dump.Path, "--checkpoint", Checkpoint, "--json").Output)!;
        ((string)json["model"]!, (string)json["case"]!).Should().Be(("micro-hf", "the dumped tokens"));
    }

    [Theory(DisplayName = "check --checkpoint, bad arguments:")]
    [InlineData("--case names inputs on which goldens were captured; without --goldens the port may have run on any tokens", "--checkpoint", "CHECKPOINT", "--case", "article")]
    [InlineData("--goldens needs --checkpoint, too", "--goldens", "CHECKPOINT")]
    [InlineData("--model names an embedded checkpoint and --checkpoint another model: give one of them", "--checkpoint", "CHECKPOINT", "--model", "micro")]
    [InlineData("there is no folder \"nowhere\"", "--checkpoint", "nowhere")]
    public void Bad_arguments(string expected, params string[] arguments)
    {
        using var dump = new PortDumpFile();
        var check = Cli.Run(["check", dump.Path, .. arguments.Select(argument => argument == "CHECKPOINT" ? Checkpoint : argument)]);
        (check.ExitCode, check.Output).Should().Be((2, ""));
        check.Error.Should().StartWith($"llama3verify: {expected}");
    }
}
