using Llama3.Formats.Checkpoints;
using Llama3.Formats.Safetensors;
using Llama3.Formats.Tests.Pth;

namespace Llama3.Formats.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private const string Expected = "expected a folder with params.json, consolidated.00.pth and tokenizer.model, as Meta distributes "
        + "Llama 3, or with config.json and model.safetensors, as Hugging Face does; Meta's tensors may also be in model.safetensors; "
        + "or one .safetensors file, with its config.json beside it; or a GGUF file";

    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(DisplayName = "checkpoint: opened from a folder, or from its subfolder original")]
    [InlineData("")]
    [InlineData("original")]
    public void Opened(string subfolder)
    {
        Write(subfolder);
        using var checkpoint = Checkpoint.Open(_folder);
        checkpoint.Params.Should().Be(Json.Read(Json.Tiny));
        checkpoint.tokenizer.encode("A").Should().Equal('A');
        var weight = checkpoint.weight("layers.1.feed_forward.w2.weight");
        weight.shape.Should().Equal(4, 10);
        weight.dtype.Should().Be(ScalarType.BFloat16);
        checkpoint.weight("layers.1.feed_forward.w2.weight").Should().BeSameAs(weight);
    }

    [Fact(DisplayName = "checkpoint: a weight in another dtype is converted once, and outlives the scope in which it was asked for")]
    public void Converted()
    {
        const string Name = "layers.1.feed_forward.w2.weight";
        Write();
        using var checkpoint = Checkpoint.Open(_folder);
        Tensor converted;
        using (torch.NewDisposeScope()) { converted = checkpoint.weight(Name, float32); }
        converted.dtype.Should().Be(float32);
        converted.ToSingles().Should().Equal(checkpoint.weight(Name).ToSingles());
        checkpoint.weight(Name, float32).Should().BeSameAs(converted);
        checkpoint.weight(Name, bfloat16).Should().BeSameAs(checkpoint.weight(Name), "it is stored so");
    }

    [Fact(DisplayName = "checkpoint: Meta's tensors in model.safetensors are the same as in consolidated.00.pth, which comes first if both are there")]
    public void In_safetensors()
    {
        Write();
        Dictionary<string, float[]> weights;
        using (var pth = Checkpoint.Open(_folder))
        using (var file = File.Create(InFolder("model.safetensors")))
        {
            SafetensorsWriter.Write(file, pth.names.Reverse().Select(name => SafetensorsTensor.Of(name, pth.weight(name))));
            weights = pth.names.ToDictionary(name => name, name => pth.weight(name).ToSingles());
        }
        CheckpointInspection.Of(_folder).Files.Should().ContainSingle(file => file.Name == "consolidated.00.pth");
        File.Delete(InFolder("consolidated.00.pth"));
        using var checkpoint = Checkpoint.Open(_folder);
        checkpoint.names.Should().BeEquivalentTo(weights.Keys);
        checkpoint.names.Should().OnlyContain(name => checkpoint.weight(name).ToSingles().SequenceEqual(weights[name]));
        var inspection = CheckpointInspection.Of(_folder);
        (inspection.Layout, inspection.Problems.Count, inspection.Files.Single().Name).Should().Be(("meta", 0, "model.safetensors"));
    }

    [Theory(DisplayName = "checkpoint: tied embeddings are the output matrix, whether the file holds another or none")]
    [InlineData(true)]
    [InlineData(false)]
    public void Tied(bool isThere)
    {
        Write(change: shapes => { if (!isThere) { shapes.Remove("output.weight"); } });
        File.WriteAllText(InFolder("params.json"), Json.Tiny.Replace("{", "{\"tie_word_embeddings\": true, ", StringComparison.Ordinal));
        using var checkpoint = Checkpoint.Open(_folder);
        checkpoint.weight("output.weight").ToSingles().Should().Equal(checkpoint.weight("tok_embeddings.weight").ToSingles());
        checkpoint.names.Should().BeEquivalentTo(checkpoint.Params.tensor_shapes.Keys);
    }

    [Fact(DisplayName = "checkpoint: opened from streams of any source")]
    public void From_streams()
    {
        Write();
        using var checkpoint = Checkpoint.Open(name => File.Exists(InFolder(name)) ? File.OpenRead(InFolder(name)) : null, "resources");
        checkpoint.weight("norm.weight").shape.Should().Equal(4);
        BadInput.IsRefused(() => Checkpoint.Open(_ => null, "resources"), $"\"resources\" holds no params.json, {Expected}");
    }

    [Fact(DisplayName = "checkpoint: a missing folder, an empty one and a file in its place are told apart")]
    public void No_folder()
    {
        var missing = InFolder("missing");
        Refused(missing, $"there is no folder \"{missing}\", {Expected}");
        Refused("", $"there is no folder \"\", {Expected}");
        Refused(_folder, $"\"{_folder}\" holds no params.json, {Expected}");
        var file = InFolder("file");
        File.WriteAllText(file, "");
        Refused(file, $"\"{file}\" is a file, {Expected}");
    }

    [Theory(DisplayName = "checkpoint: a missing file is named")]
    [InlineData("params.json")]
    [InlineData("tokenizer.model")]
    [InlineData("consolidated.00.pth")]
    public void Missing_file(string name)
    {
        Write();
        File.Delete(InFolder(name));
        var expected = name == "tokenizer.model" ? "the tokenizer of the model" : Expected;
        Refused(_folder, $"\"{_folder}\" holds no {name}, {expected}");
        Directory.CreateDirectory(InFolder(name));
        Refused(_folder, $"\"{_folder}\" holds no {name}, {expected}");
    }

    [Fact(DisplayName = "checkpoint: a file that another program has locked is named")]
    public void Locked_file()
    {
        Write();
        using var locked = new FileStream(InFolder("params.json"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Refused(_folder, $"{InFolder("params.json")} cannot be read: *");
    }

    [Fact(DisplayName = "checkpoint: a missing tensor is named")]
    public void Missing_tensor()
    {
        Write(change: shapes => shapes.Remove("layers.1.attention.wk.weight"));
        Refused(_folder, "*consolidated.00.pth holds no tensor layers.1.attention.wk.weight, which params.json calls for; "
            + "it holds 20: tok_embeddings.weight, *");
    }

    [Fact(DisplayName = "checkpoint: a tensor of another shape is named with both shapes")]
    public void Other_shape()
    {
        Write(change: shapes => shapes["layers.0.attention.wk.weight"] = [4, 4]);
        Refused(_folder, "*consolidated.00.pth: layers.0.attention.wk.weight has the shape [4, 4], expected [2, 4] according to params.json");
    }

    [Theory(DisplayName = "checkpoint: other tensors are ignored")]
    [InlineData("rope.freqs")]
    [InlineData("layers.1.attention.inner_attention.rope.freqs")]
    [InlineData("layers.x")]
    [InlineData("layers")]
    public void Other_tensors(string name)
    {
        Write(change: shapes => shapes[name] = [64]);
        Checkpoint.Open(_folder).Dispose();
    }

    [Theory(DisplayName = "checkpoint: a layer beyond n_layers is refused, for the model would run as another one")]
    [InlineData("layers.2.attention_norm.weight")]
    [InlineData("layers.10.anything")]
    [InlineData("layers.2147483648.attention_norm.weight")]
    public void More_layers(string name)
    {
        Write(change: shapes => shapes[name] = [4]);
        Refused(_folder, $"{InFolder("consolidated.00.pth")} holds {name}, but \"n_layers\" of params.json is 2: "
            + "expected no layer beyond 1");
    }

    [Theory(DisplayName = "checkpoint: every id of the tokenizer needs an embedding")]
    [InlineData(6)]
    [InlineData(128_255)]
    public void Small_vocabulary(int vocab_size)
    {
        Write();
        File.WriteAllText(InFolder("params.json"), Json.Tiny.Replace("128256", $"{vocab_size}", StringComparison.Ordinal));
        Refused(_folder, $"{InFolder("params.json")}: \"vocab_size\" is {vocab_size}, expected at least 128256, "
            + "the number of token ids of tokenizer.model with its special tokens");
    }

    [Theory(DisplayName = "checkpoint: a weight that Llama 3 has not is refused, for the model would run as another one")]
    [InlineData("layers.0.attention.q_norm.weight")]
    [InlineData("layers.1.attention.wq.bias")]
    [InlineData("vision_model.class_embedding.weight")]
    public void Other_weights(string name)
    {
        Write(change: shapes => shapes[name] = [4]);
        Refused(_folder, $"{InFolder("consolidated.00.pth")} holds {name}, which Llama 3 does not have: only text models of Llama 3, *");
    }

    private void Write(string subfolder = "", Action<Dictionary<string, long[]>>? change = null)
    {
        var shapes = new Dictionary<string, long[]>(Json.Read(Json.Tiny).tensor_shapes);
        change?.Invoke(shapes);
        var target = Directory.CreateDirectory(InFolder(subfolder)).FullName;
        File.WriteAllText(Path.Combine(target, "params.json"), Json.Tiny);
        File.WriteAllText(Path.Combine(target, "tokenizer.model"), TestTokenizers.AllBytes());
        File.WriteAllBytes(Path.Combine(target, "consolidated.00.pth"), PthCases.StateDict(shapes));
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static void Refused(string folder, string message) => BadInput.IsRefused(() => Checkpoint.Open(folder), message);
}
