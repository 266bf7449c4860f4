using System.Text.Json;
using Llama3.Formats.Checkpoints;
using Llama3.Verify.Pages;

namespace Llama3.Verify.Tests.Pages;

/// <summary>What "inspect" lists.</summary>
public sealed class InspectTests
{
    [Fact(DisplayName = "inspect: the micro checkpoint, its model and its tensors; plain and unwrapped when piped")]
    public void The_micro_checkpoint()
    {
        using var folder = new CheckpointFolder();
        var run = Cli.Run("inspect", folder.Path);
        (run.ExitCode, run.Error).Should().Be((0, ""));
        var lines = run.Output.TrimEnd('\n').Split('\n');
        lines[..3].Should().Equal(
            $"{folder.Path}, as Meta distributes models",
            "dim 80, 3 layers, 8 heads, 2 key/value heads in groups of 4, head_dim 10, ffn_dim 288, vocabulary 128256; 20,776,880 parameters",
            "norm_eps 1E-05, rope_theta 500000, not scaled");
        lines[3].Should().MatchRegex(@"^consolidated\.00\.pth: \d{3},\d{3} bytes, 30 tensors$");
        lines.Should().HaveCount(36).And.Contain(line => line.TrimEnd() ==
            "layers.1.feed_forward.w2.weight  [80, 288]     BF16       46,080  consolidated.00.pth");
    }

    [Fact(DisplayName = "inspect: in 80 columns no line is longer")]
    public void In_80_columns()
    {
        using var folder = new CheckpointFolder();
        Page.Lines(80, console => new InspectPage(console).Show(CheckpointInspection.Of(folder.Path)))
            .Should().OnlyContain(line => line.Length <= 80 || line.StartsWith(folder.Path, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "inspect --json: a folder as Hugging Face lays it out, with both names of each tensor")]
    public void Hugging_Face()
    {
        using var folder = new CheckpointFolder();
        Cli.Run("copy", $"{folder.Path}/hf", "--format", "hf").ExitCode.Should().Be(0);
        var json = Inspected($"{folder.Path}/hf", exitCode: 0);
        (Text(json, "layout"), json.GetProperty("problems").GetArrayLength()).Should().Be(("hf", 0));
        var config = json.GetProperty("config");
        config.GetProperty("parameters").GetInt64().Should().Be(20_776_880);
        (config.GetProperty("group_size").GetInt32(), config.GetProperty("rope_scaling").ValueKind).Should().Be((4, JsonValueKind.Null));
        var tensor = json.GetProperty("tensors").EnumerateArray().Single(tensor => Text(tensor, "name") == "layers.2.attention.wk.weight");
        const string Expected = """
              {"name":"layers.2.attention.wk.weight","stored_name":"model.layers.2.self_attn.k_proj.weight","shape":[20,80],
               "dtype":"BF16","bytes":3200,"files":["model.safetensors"]}
            """;
        JsonElement.DeepEquals(tensor, JsonElement.Parse(Expected)).Should().BeTrue(tensor.GetRawText());
    }

    [Fact(DisplayName = "inspect and --checkpoint: a folder as copy writes it by default, and what is missing in it")]
    public void As_copy_writes_it()
    {
        using var folder = new CheckpointFolder();
        var copied = Path.Combine(folder.Path, "copied");
        Cli.Run("copy", copied).ExitCode.Should().Be(0);
        var json = Inspected(copied, exitCode: 0);
        (Text(json, "layout"), json.GetProperty("problems").GetArrayLength(), json.GetProperty("missing").GetArrayLength()).Should().Be(("meta", 0, 0));
        Cli.Run("inspect", copied).Output.Should().StartWith($"{copied}, as llama3verify copy writes models, with Meta's names\n");
        Cli.Run("--checkpoint", copied, "--step", "42").Output.Should().Be(Cli.Run("--step", "42").Output);
        File.Delete(Path.Combine(copied, "params.json"));
        Cli.Run("inspect", copied).Error.Should().Contain($"\"{copied}\" holds no params.json, expected a folder with ");
        File.Delete(Path.Combine(copied, "model.safetensors"));
        Cli.Run("inspect", copied).Error.Should().Contain($"\"{copied}\" holds no consolidated.00.pth, expected a folder with ");
    }

    [Fact(DisplayName = "inspect: Hugging Face's names without Hugging Face's config.json are not taken for Meta's")]
    public void Hugging_Faces_names()
    {
        using var folder = new CheckpointFolder();
        Cli.Run("copy", folder.Path, "--format", "hf").ExitCode.Should().Be(0);
        folder.Delete("config.json").Delete("consolidated.00.pth");
        var inspected = Cli.Run("inspect", folder.Path);
        inspected.ExitCode.Should().Be(2);
        inspected.Error.Should().Contain("model.safetensors holds no tensor tok_embeddings.weight, which params.json calls for (and 29 more are missing); it holds 30: ")
            .And.Contain("model.embed_tokens.weight");
    }

    [Fact(DisplayName = "inspect --json: the keys are those that docs/json.md names")]
    public void Keys()
    {
        using var folder = new CheckpointFolder();
        var table = Readme.Text(Readme.Json).Split("## `llama3verify inspect DIR --json`")[1].Split("\n## ")[0];
        Inspected(folder.Path, exitCode: 0).EnumerateObject().Select(field => field.Name)
            .Should().Equal(table.Split("\n| `")[1..].Select(row => row[..row.IndexOf('`')]));
    }

    [Fact(DisplayName = "inspect: a checkpoint with problems is listed as far as possible, and ends with 2 and all problems")]
    public void Problems()
    {
        using var folder = new CheckpointFolder().Edit("params.json", "\"n_layers\": 3", "\"n_layers\": 4").Delete("tokenizer.model");
        var run = Cli.Run("inspect", folder.Path);
        run.ExitCode.Should().Be(2);
        run.Output.Should().Contain("\nmissing\n   layers.3.attention.wq.weight\n").And.Contain("layers.2.ffn_norm.weight ");
        run.Error.TrimEnd('\n').Split('\n').Should().SatisfyRespectively(
            line => line.Should().StartWith($"llama3verify: \"{folder.Path}\" holds no tokenizer.model, the tokenizer of the model"),
            line => line.Should().Contain(
                "holds no tensor layers.3.attention.wq.weight, which params.json calls for (and 8 more are missing); it holds 30: "));
        var json = Inspected(folder.Path, exitCode: 2);
        json.GetProperty("missing").GetArrayLength().Should().Be(9);
        json.GetProperty("problems").GetArrayLength().Should().Be(2);
    }

    [Theory(DisplayName = "inspect: what cannot be read is reported, the rest is listed:")]
    [InlineData("params.json", "{", "params.json: not a JSON object")]
    [InlineData("consolidated.00.pth", "PK", "consolidated.00.pth: the archive is damaged or cut off")]
    [InlineData("consolidated.02.pth", "PK", "consolidated.01.pth is missing, but there is consolidated.02.pth")]
    public void Damaged(string file, string content, string expected)
    {
        using var folder = new CheckpointFolder().Write(file, content);
        var run = Cli.Run("inspect", folder.Path);
        run.ExitCode.Should().Be(2);
        run.Output.Should().StartWith($"{folder.Path}, as Meta distributes models\n");
        run.Error.Should().Contain(expected).And.NotContain("   at ");
    }

    [Fact(DisplayName = "inspect: a superfluous tensor is reported")]
    public void Superfluous()
    {
        using var folder = new CheckpointFolder().Edit("params.json", "\"n_layers\": 3", "\"n_layers\": 2");
        var run = Cli.Run("inspect", folder.Path);
        run.ExitCode.Should().Be(2);
        run.Output.Should().Contain("\nnot needed\n   layers.2.attention.wq.weight\n");
    }

    [Fact(DisplayName = "inspect: no folder, one line")]
    public void No_folder()
    {
        var run = Cli.Run("inspect", "/nowhere");
        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Error.Should().StartWith("llama3verify: there is no folder \"/nowhere\", expected a folder with ");
    }

    private static JsonElement Inspected(string folder, int exitCode)
    {
        var run = Cli.Run("inspect", folder, "--json");
        run.ExitCode.Should().Be(exitCode);
        return JsonElement.Parse(run.Output);
    }

    private static string? Text(JsonElement element, string field) => element.GetProperty(field).GetString();
}
