using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;

namespace Llama3.Verify.Tests.Copy;

/// <summary>What "copy" writes and says.</summary>
public sealed partial class CopyTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("llama3verify-").FullName, "new", "copy");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(_folder))!, recursive: true);

    [Fact(DisplayName = "copy --help")]
    public Task Help() => Snapshot.Verify(Cli.Help("copy"));

    [Fact(DisplayName = "copy writes safetensors to a new folder, lists what it wrote and says what comes next")]
    public Task Writes_and_lists()
    {
        var copy = Cli.Run("copy", _folder);
        (copy.ExitCode, copy.Error).Should().Be((0, ""));
        Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo(
            "model.safetensors", "params.json", "tokenizer.model", "prompt.json", "LICENSE-Llama-3.txt", "NOTICE.txt");
        File.ReadAllBytes(Path.Combine(_folder, "goldens", "article.fp32.safetensors"))
            .ShouldEqual(Fixtures.Read("fixtures/micro/article.fp32.safetensors"));
        return Snapshot.Verify(Size().Replace(copy.Output.Replace(_folder, "DIR", StringComparison.Ordinal), "N"));
    }

    [Fact(DisplayName = "a copy as pth is a checkpoint to walk through")]
    public void A_copy_to_walk_through()
    {
        Cli.Run("copy", _folder, "--format", "pth", "--model", "micro").ExitCode.Should().Be(0);
        Cli.Run("--checkpoint", _folder).Output.Should().Be(Cli.Run().Output);
    }

    [Fact(DisplayName = "copy replaces files with --force only")]
    public void Force()
    {
        Directory.CreateDirectory(_folder);
        var mine = Path.Combine(_folder, "params.json");
        File.WriteAllText(mine, "mine");
        Refused(Cli.Run("copy", _folder), "holds params.json already");
        Directory.EnumerateFileSystemEntries(_folder).Should().Equal(mine);
        Cli.Run("copy", _folder, "--force").ExitCode.Should().Be(0);
        File.ReadAllBytes(mine).Should().Equal(Fixtures.Read("fixtures/micro/params.json"));
    }

    [Fact(DisplayName = "copy into a file")]
    public void Into_a_file()
    {
        using var checkpoint = new CheckpointFolder();
        Refused(Cli.Run("copy", Path.Combine(checkpoint.Path, "params.json")), "cannot be written");
    }

    [Theory(DisplayName = "copy, bad arguments:")]
    [InlineData("the name of the folder is empty", "")]
    [InlineData("Required argument 'DIR' missing for command: 'copy'")]
    [InlineData("'onnx'", "x", "--format", "onnx")]
    [InlineData("'Llama-3-8B'", "x", "--model", "Llama-3-8B")]
    public void Bad_arguments(string expected, params string[] arguments) => Refused(Cli.Run(["copy", .. arguments]), expected);

    /// <summary>Sizes and counts, which change with the fixtures.</summary>
    [GeneratedRegex(@"^ *[\d,]+|\d+(?= files)", RegexOptions.Multiline)]
    private static partial Regex Size();

    private static void Refused(CliResult result, string expected)
    {
        (result.ExitCode, result.Output).Should().Be((2, ""));
        result.Error.TrimEnd('\n').Should().StartWith("llama3verify: ").And.Contain(expected).And.NotContain("\n");
    }
}
