using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Formats.Safetensors;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Copy;

public sealed class ExportFormatTests
{
    public static TheoryData<string> Formats => [.. ExportFormat.All.Select(format => format.Name)];

    [Theory(DisplayName = "every copy holds the goldens, their manifest and the licence, byte for byte:")]
    [MemberData(nameof(Formats))]
    public void Goldens(string format)
    {
        string[] goldens = [.. MicroModel.Micro.Manifest.Files.Keys.Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)), "manifest.json"];
        Exported.Names(format).Where(name => name.StartsWith("goldens/", StringComparison.Ordinal))
            .Should().BeEquivalentTo(goldens.Select(file => $"goldens/{file}"));
        foreach (var file in goldens)
        {
            Exported.Read(format, $"goldens/{file}").ShouldEqual(Fixtures.Read($"fixtures/micro/{file}"), $"that is {file}");
        }
        Exported.Read(format, "LICENSE-Llama-3.txt").Should().Equal(Fixtures.Read("fixtures/micro/LICENSE-Llama-3.txt"));
    }

    [Theory(DisplayName = "every copy holds the prompt, its tokens and the answer:")]
    [MemberData(nameof(Formats))]
    public void Prompt(string format)
    {
        using var json = JsonDocument.Parse(Exported.Read(format, "prompt.json"));
        json.RootElement.EnumerateObject().Select(field => field.Name).Should().Equal("prompt", "tokens", "next_token", "answer", "decode", "states");
        json.RootElement.GetProperty("prompt").GetString().Should().Be(MicroModel.Micro.Manifest.Prompt);
        json.RootElement.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())
            .Should().Equal(128000, 1820, 4320, 311, 279, 17139, 3488, 315, 2324, 11, 279, 15861, 11, 323, 4395, 374, 220);
        json.RootElement.GetProperty("next_token").GetInt32().Should().Be(2983);
        json.RootElement.GetProperty("answer").GetString().Should().Be("42");
    }

    [Theory(DisplayName = "files of the checkpoint are copied byte for byte:")]
    [InlineData("pth", "consolidated.00.pth")]
    [InlineData("pth", "params.json")]
    [InlineData("pth", "tokenizer.model")]
    [InlineData("safetensors", "params.json")]
    [InlineData("safetensors", "tokenizer.model")]
    [InlineData("llama2c", "params.json")]
    [InlineData("llama2c", "tokenizer.model")]
    [InlineData("npz", "params.json")]
    [InlineData("npz", "tokenizer.model")]
    public void Copies(string format, string file) => Exported.Read(format, file).ShouldEqual(Fixtures.Read($"fixtures/micro/{file}"));

    [Fact(DisplayName = "safetensors: the weights as they are, by Meta's names, in bfloat16")]
    public void Weights()
    {
        var read = SafetensorsFile.ReadAll(Exported.Read("safetensors", "model.safetensors"), "model.safetensors");
        read.Keys.Should().BeEquivalentTo(Micro.Checkpoint.Params.tensor_shapes.Keys);
        foreach (var (name, tensor) in read)
        {
            var weight = Micro.Checkpoint.weight(name);
            (tensor.dtype, weight.dtype).Should().Be((bfloat16, bfloat16));
            tensor.shape.Should().Equal(weight.shape);
            tensor.ToSingles().ShouldEqual(weight.ToSingles(), $"that is {name}");
        }
    }

    [Fact(DisplayName = "all embedded checkpoints are known by name")]
    public void Names() => MicroModel.All.Select(model => model.Name).Should().Contain("micro").And.NotContain("article");
}
