using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Numbers;
using Llama3.Formats.Safetensors;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Copy;

/// <summary>Checkpoints as Hugging Face distributes them.</summary>
public sealed class HuggingFaceFolderTests : IDisposable
{
    private const string Config = """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 8, "intermediate_size": 6, "num_attention_heads": 2,
         "num_hidden_layers": 1, "num_key_value_heads": 1, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "vocab_size": 128256,
         "tie_word_embeddings": false}
        """;

    private const string Layer = "model.layers.0.";
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private static readonly Dictionary<string, long[]> Shapes = new()
    {
        ["model.embed_tokens.weight"] = [128256, 8],
        [Layer + "self_attn.q_proj.weight"] = [8, 8],
        [Layer + "self_attn.k_proj.weight"] = [4, 8],
        [Layer + "self_attn.v_proj.weight"] = [4, 8],
        [Layer + "self_attn.o_proj.weight"] = [8, 8],
        [Layer + "mlp.gate_proj.weight"] = [6, 8],
        [Layer + "mlp.up_proj.weight"] = [6, 8],
        [Layer + "mlp.down_proj.weight"] = [8, 6],
        [Layer + "input_layernorm.weight"] = [8],
        [Layer + "post_attention_layernorm.weight"] = [8],
        ["model.norm.weight"] = [8],
        ["lm_head.weight"] = [128256, 8],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "hf folder: the micro checkpoint copied as hf has Meta's weights and walks alike, bit for bit")]
    public void Walks_alike()
    {
        ExportFolder.Write(_folder.Path, [.. ExportFormat.All.Single(format => format.Name == "hf").ModelFiles(MicroModel.Micro)], replace: false);
        using var checkpoint = Checkpoint.Open(_folder.Path);
        foreach (var name in checkpoint.Params.tensor_shapes.Keys)
        {
            checkpoint.weight(name).ToSingles().ShouldEqual(Micro.Checkpoint.weight(name).ToSingles(), name);
        }
        using var walk = new Walk(checkpoint, MicroModel.Micro.Manifest.Prompt, bfloat16);
        using var meta = Micro.Walk(bfloat16);
        walk[ArticleSteps.logits, Scope.Article].tensor.ToSingles().ShouldEqual(meta[ArticleSteps.logits, Scope.Article].tensor.ToSingles());
        walk[ArticleSteps.prompt_split_as_tokens, Scope.Article].text.Should().Equal(meta[ArticleSteps.prompt_split_as_tokens, Scope.Article].text);
    }

    [Fact(DisplayName = "hf folder: heads of 6 in place of 8 / 2: every step has the shape that it declares")]
    public void Own_head_dim()
    {
        Write(Config.Replace("{", "{\"head_dim\": 6, ", StringComparison.Ordinal), change: tensors => tensors.Select(tensor => tensor.name switch
        {
            Layer + "self_attn.q_proj.weight" => Rows(tensor.name, [12, 8]),
            Layer + "self_attn.k_proj.weight" or Layer + "self_attn.v_proj.weight" => Rows(tensor.name, [6, 8]),
            Layer + "self_attn.o_proj.weight" => Rows(tensor.name, [8, 12]),
            _ => tensor,
        }));
        using var checkpoint = Checkpoint.Open(_folder.Path);
        using var walk = new Walk(checkpoint, "abc", float32);
        foreach (var step in ArticleSteps.all.Where(step => step.dtype is not null))
        {
            walk[step, Scope.Article].tensor.shape.Should().Equal(step.shape.Sizes(walk.config, 4), $"that is {step}");
        }
        walk[ArticleSteps.stacked_qkv_attention, Scope.Article].tensor.shape.Should().Equal(4, 12);
    }

    [Theory(DisplayName = "hf folder: pairs of rows of queries and keys stand side by side again")]
    [InlineData("layers.0.attention.wq.weight", new float[] { 0, 2, 1, 3, 4, 6, 5, 7 })]
    [InlineData("layers.0.attention.wk.weight", new float[] { 0, 2, 1, 3 })]
    [InlineData("layers.0.attention.wv.weight", new float[] { 0, 1, 2, 3 })]
    public void Unpermuted(string name, float[] rows)
    {
        Write();
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.weight(name).T[0].ToSingles().Should().Equal(rows);
    }

    [Fact(DisplayName = "hf folder: several files with an index")]
    public void Shards()
    {
        WriteShards();
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.weight("norm.weight").shape.Should().Equal(8);
        checkpoint.weight("output.weight").shape.Should().Equal(128256, 8);
    }

    [Fact(DisplayName = "hf folder: tied embeddings are the output matrix")]
    public void Tied()
    {
        Write(config: Config.Replace("false", "true", StringComparison.Ordinal), without: "lm_head.weight");
        using (var checkpoint = Checkpoint.Open(_folder.Path))
        {
            checkpoint.weight("output.weight")[5].ToSingles().Should().Equal(Enumerable.Repeat(5f, 8));
        }
        Write(without: "lm_head.weight");
        Refused("*model.safetensors holds no tensor lm_head.weight, which config.json calls for; it holds 11: model.embed_tokens.weight, *");
    }

    [Theory(DisplayName = "hf folder: the tokenizer is tokenizer.model, the one in original, or tokenizer.json")]
    [InlineData("tokenizer.model")]
    [InlineData("original/tokenizer.model")]
    [InlineData("tokenizer.json")]
    public void Tokenizer(string name)
    {
        Write();
        Directory.CreateDirectory(_folder["original"]);
        File.Move(_folder["tokenizer.model"], _folder[name]);
        if (name == "tokenizer.json") { _folder.Write(name, Exported.Read("hf", name)); }
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.tokenizer.decode(checkpoint.tokenizer.encode("A")).Should().Be("A");
        File.Delete(_folder[name]);
        Refused("* holds no tokenizer.json, the tokenizer of the model");
    }

    [Theory(DisplayName = "hf folder: the ids that end texts are those of generation_config.json, or of config.json, beside Llama 3's own")]
    [InlineData("{\"eos_token_id\": [128001, 128008, 128009]}", 128008)]
    [InlineData("{\"eos_token_id\": 7}", 7)]
    [InlineData("{\"eos_token_id\": null}")]
    [InlineData("{}")]
    [InlineData(null, 5)]
    public void Stop_ids(string? generation_config, params int[] more)
    {
        Write(config: Config.Replace("\"rope_theta\"", "\"eos_token_id\": 5, \"rope_theta\"", StringComparison.Ordinal));
        if (generation_config is not null) { _folder.Write("generation_config.json", generation_config); }
        foreach (var path in new[] { _folder.Path, _folder["model.safetensors"] })
        {
            using var checkpoint = Checkpoint.Open(path);
            checkpoint.stop_ids.Should().BeEquivalentTo([128001, 128009, .. more]);
        }
    }

    [Theory(DisplayName = "hf folder: ids that end texts and are none are refused, once they are asked for")]
    [InlineData("{\"eos_token_id\": \"<|eot_id|>\"}", "*generation_config.json: \"eos_token_id\" is \"<|eot_id|>\", expected a token id or a list of them")]
    [InlineData("{\"eos_token_id\": [-1]}", "*generation_config.json: \"eos_token_id\" is -1, expected a token id or a list of them")]
    [InlineData("[]", "*generation_config.json: not a JSON object: it is array")]
    public void Wrong_stop_ids(string generation_config, string message)
    {
        Write();
        _folder.Write("generation_config.json", generation_config);
        using var checkpoint = Checkpoint.Open(_folder.Path);
        BadInput.IsRefused(() => checkpoint.stop_ids, message);
    }

    [Theory(DisplayName = "hf folder: conversations are laid out by the template of tokenizer_config.json or chat_template.jinja, if it is Llama's")]
    [InlineData("tokenizer_config.json", "{\"chat_template\": \"<|start_header_id|> Cutting Knowledge Date\"}", true)]
    [InlineData("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"\"}, {\"name\": \"default\", \"template\": \"<|start_header_id|> Cutting Knowledge Date\"}]}", true)]
    [InlineData("chat_template.jinja", "<|start_header_id|> Cutting Knowledge Date", true)]
    [InlineData("tokenizer_config.json", "{\"chat_template\": \"<|start_header_id|>\"}", false)]
    [InlineData("tokenizer_config.json", "{}", false)]
    public void Chat_template(string file, string content, bool isDated)
    {
        Write();
        _folder.Write(file, content);
        using var checkpoint = Checkpoint.Open(_folder.Path);
        var text = checkpoint.tokenizer.decode(checkpoint.tokenizer.frame.chat(checkpoint.tokenizer, [new("user", "Hi!")]));
        text.StartsWith("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|>", StringComparison.Ordinal).Should().Be(isDated);
        text.Should().EndWith("<|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
    }

    [Fact(DisplayName = "hf folder: a template of another kind is refused where a conversation is asked for, and nowhere else")]
    public void Other_template()
    {
        Write();
        _folder.Write("tokenizer_config.json", "{\"chat_template\": \"[INST] {{ content }} [/INST]\"}");
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.tokenizer.encode("A").Should().NotBeEmpty();
        BadInput.IsRefused(() => checkpoint.tokenizer.frame.chat(checkpoint.tokenizer, [new("user", "Hi!")]), "*tokenizer_config.json has a chat template that is neither Llama 3's *");
    }

    [Fact(DisplayName = "hf folder: Meta's own files in the subfolder original come first")]
    public void Original()
    {
        Write();
        Directory.CreateDirectory(_folder["original"]);
        foreach (var file in new[] { "params.json", "tokenizer.model", "consolidated.00.pth" })
        {
            _folder.Write($"original/{file}", Fixtures.Read($"fixtures/micro/{file}"));
        }
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.Params.dim.Should().Be(80);
    }

    [Theory(DisplayName = "hf folder: half precision is widened, float32 used as it is, other dtypes refused")]
    [InlineData("F16", 2)]
    [InlineData("F32", 4)]
    [InlineData("I8", 1)]
    public void Dtypes(string dtype, int size)
    {
        Write(change: tensors => tensors.Select(tensor => tensor.name == "model.norm.weight"
            ? tensor with { dtype = Enum.Parse<Dtype>(dtype), bytes = [Enumerable.Repeat(Ones(dtype), 8).SelectMany(one => one).ToArray()] }
            : tensor));
        if (size == 1)
        {
            Refused("*model.safetensors: model.norm.weight has dtype I8, expected BF16, F16 or F32: quantised models can be read from GGUF files");
            return;
        }
        using var checkpoint = Checkpoint.Open(_folder.Path);
        var weight = checkpoint.weight("norm.weight");
        weight.dtype.Should().Be(float32);
        weight.ToSingles().Should().Equal(Enumerable.Repeat(1f, 8));
    }

    [Fact(DisplayName = "hf folder: a missing file of several is named")]
    public void Missing_shard()
    {
        WriteShards();
        File.Delete(_folder[Second]);
        Refused($"{_folder["model.safetensors.index.json"]} names {Second}, which is not there: all files of the model are needed");
    }

    [Fact(DisplayName = "hf folder: a file that lacks what the index says is named")]
    public void Shards_that_disagree()
    {
        WriteShards(index => index.Replace($"\"model.norm.weight\": \"{Second}\"", $"\"model.norm.weight\": \"{First}\"", StringComparison.Ordinal));
        Refused($"{_folder[First]} holds no tensor model.norm.weight, but model.safetensors.index.json says so");
    }

    [Theory(DisplayName = "hf folder: an index that is none is refused")]
    [InlineData("{}", "\"weight_map\" is missing, expected the file of each tensor")]
    [InlineData("{\"weight_map\": {}}", "\"weight_map\" is {}, expected the file of each tensor")]
    [InlineData("{\"weight_map\": {\"lm_head.weight\": 1}}", "*weight_map: \"lm_head.weight\" is 1, expected a text")]
    [InlineData("{\"weight_map\": {\"lm_head.weight\": \"../x\"}}", "lm_head.weight is in \"../x\", expected a file of the same folder")]
    [InlineData("{\"weight_map\": {\"lm_head.weight\": \"..\"}}", "lm_head.weight is in \"..\", expected a file of the same folder")]
    [InlineData("[]", ": not a JSON object, line 1: expected {\"weight_map\": {…}}")]
    public void Bad_index(string index, string expected)
    {
        WriteShards(_ => index);
        Refused($"{_folder["model.safetensors.index.json"]}*{expected}");
    }

    [Fact(DisplayName = "hf folder: biases that config.json does not announce and weights that Llama 3 has not are refused, buffers are not")]
    public void Other_tensors()
    {
        Write(also: Layer + "self_attn.rotary_emb.inv_freq");
        Checkpoint.Open(_folder.Path).Dispose();
        Write(also: Layer + "self_attn.q_proj.bias");
        Refused($"*model.safetensors holds {Layer}self_attn.q_proj.bias, but \"attention_bias\" of config.json is not true");
        Write(also: Layer + "self_attn.q_norm.weight");
        Refused($"*model.safetensors holds {Layer}self_attn.q_norm.weight, which Llama 3 does not have: only text models *");
        Write(also: "model.layers.1.input_layernorm.weight");
        Refused("*holds model.layers.1.input_layernorm.weight, but \"num_hidden_layers\" of config.json is 1: expected no layer beyond 0");
    }

    [Fact(DisplayName = "hf folder: another shape is named with both")]
    public void Other_shape()
    {
        Write(config: Config.Replace("\"intermediate_size\": 6", "\"intermediate_size\": 7", StringComparison.Ordinal));
        Refused("*model.safetensors: model.layers.0.mlp.gate_proj.weight has the shape [6, 8], expected [7, 8] according to config.json");
    }

    [Theory(DisplayName = "hf folder: a file that is cut off, empty or no file at all is refused")]
    [InlineData(0, "*model.safetensors: the file has 0 bytes and promises a header of 0; it is not a safetensors file, or cut off")]
    [InlineData(100, "*model.safetensors: the file has 100 bytes and promises a header of *")]
    [InlineData(100_000, "*model.safetensors: the tensors take * bytes, but * follow the header; is the file cut off?")]
    public void Cut_off(int length, string expected)
    {
        Write();
        _folder.Cut("model.safetensors", length);
        Refused(expected);
    }

    [Fact(DisplayName = "hf folder: a file that has become shorter is noticed")]
    public void Shrunk()
    {
        Write();
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.weight("norm.weight");
        _folder.Cut("model.safetensors", 100_000);
        BadInput.IsRefused(
            () => checkpoint.weight("norm.weight"), "*model.safetensors has become shorter since it was opened: from * to 100000 bytes");
    }

    [SkippableFact(DisplayName = "hf folder: files that may not be read are named")]
    public void Unreadable()
    {
        Write();
        foreach (var file in new[] { "model.safetensors", "config.json" })
        {
            if (!OperatingSystem.IsWindows()) { File.SetUnixFileMode(_folder[file], UnixFileMode.None); }
            Skip.If(CanRead(_folder[file]), "this user may read everything, or the permissions are not those of Unix");
            Refused($"{_folder[file]} cannot be read: *");
        }
    }

    private static bool CanRead(string path)
    {
        try
        {
            File.ReadAllBytes(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Write(
        string config = Config,
        string? without = null,
        string? also = null,
        Func<IEnumerable<SafetensorsTensor>, IEnumerable<SafetensorsTensor>>? change = null)
    {
        _folder.Write("config.json", config).Write("tokenizer.model", TestTokenizers.AllBytes());
        var tensors = Shapes.Where(entry => entry.Key != without).Select(entry => Rows(entry.Key, entry.Value));
        if (also is not null) { tensors = tensors.Append(Rows(also, [8])); }
        WriteFile("model.safetensors", change is null ? tensors : change(tensors));
    }

    private void WriteShards(Func<string, string>? change = null)
    {
        _folder.Write("config.json", Config).Write("tokenizer.model", TestTokenizers.AllBytes());
        WriteFile(First, Shapes.Take(6).Select(entry => Rows(entry.Key, entry.Value)));
        WriteFile(Second, Shapes.Skip(6).Select(entry => Rows(entry.Key, entry.Value)));
        var map = string.Join(", ", Shapes.Keys.Index().Select(name => $"\"{name.Item}\": \"{(name.Index < 6 ? First : Second)}\""));
        var index = $"{{\"metadata\": {{\"total_size\": 0}}, \"weight_map\": {{{map}}}}}";
        _folder.Write("model.safetensors.index.json", change?.Invoke(index) ?? index);
    }

    private void WriteFile(string name, IEnumerable<SafetensorsTensor> tensors)
    {
        using var file = File.Create(_folder[name]);
        SafetensorsWriter.Write(file, tensors);
    }

    /// <summary>Every number is the number of its row, modulo 128, which is exact in bfloat16.</summary>
    private static SafetensorsTensor Rows(string name, long[] shape)
    {
        var columns = shape is [_, var width] ? (int)width : 1;
        var bits = new ushort[shape.Aggregate((product, size) => product * size)];
        for (var i = 0; i < bits.Length; i++) { bits[i] = (ushort)(BitConverter.SingleToUInt32Bits(i / columns % 128) >> 16); }
        return SafetensorsTensor.Of(name, Tensor.FromBFloat16(bits, shape));
    }

    private static byte[] Ones(string dtype) => dtype switch
    {
        "F16" => BitConverter.GetBytes((Half)1),
        "F32" => BitConverter.GetBytes(1f),
        _ => [1],
    };

    private void Refused(string message) => BadInput.IsRefused(() => Checkpoint.Open(_folder.Path), message);
}
