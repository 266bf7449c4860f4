using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Safetensors;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Copy;

public sealed class HuggingFaceTests
{
    private static readonly Lazy<byte[]> Model = new(() => Exported.Read("hf", "model.safetensors"));

    private static readonly Lazy<IReadOnlyDictionary<string, Tensor>> Weights = new(() => SafetensorsFile.ReadAll(Model.Value, "model.safetensors"));

    [Fact(DisplayName = "hf: the names, shapes and dtype of the weights")]
    public void Names()
    {
        var layers = Enumerable.Range(0, 3).SelectMany(layer => new (string, long[])[]
        {
            ($"model.layers.{layer}.self_attn.q_proj.weight", [80, 80]),
            ($"model.layers.{layer}.self_attn.k_proj.weight", [20, 80]),
            ($"model.layers.{layer}.self_attn.v_proj.weight", [20, 80]),
            ($"model.layers.{layer}.self_attn.o_proj.weight", [80, 80]),
            ($"model.layers.{layer}.mlp.gate_proj.weight", [288, 80]),
            ($"model.layers.{layer}.mlp.up_proj.weight", [288, 80]),
            ($"model.layers.{layer}.mlp.down_proj.weight", [80, 288]),
            ($"model.layers.{layer}.input_layernorm.weight", [80]),
            ($"model.layers.{layer}.post_attention_layernorm.weight", [80]),
        });
        Weights.Value.Select(entry => (entry.Key, entry.Value.shape)).Should().BeEquivalentTo([
            ("model.embed_tokens.weight", [128_256, 80]), .. layers, ("model.norm.weight", [80L]), ("lm_head.weight", [128_256, 80])]);
        Weights.Value.Values.Should().OnlyContain(tensor => tensor.dtype == ScalarType.BFloat16);
    }

    [Theory(DisplayName = "hf: which of Meta's weights each one is")]
    [InlineData("model.embed_tokens", "tok_embeddings")]
    [InlineData("model.layers.1.self_attn.v_proj", "layers.1.attention.wv")]
    [InlineData("model.layers.1.self_attn.o_proj", "layers.1.attention.wo")]
    [InlineData("model.layers.1.mlp.gate_proj", "layers.1.feed_forward.w1")]
    [InlineData("model.layers.1.mlp.up_proj", "layers.1.feed_forward.w3")]
    [InlineData("model.layers.1.mlp.down_proj", "layers.1.feed_forward.w2")]
    [InlineData("model.layers.1.input_layernorm", "layers.1.attention_norm")]
    [InlineData("model.layers.1.post_attention_layernorm", "layers.1.ffn_norm")]
    [InlineData("model.norm", "norm")]
    [InlineData("lm_head", "output")]
    public void Same(string name, string meta) => Weights.Value[$"{name}.weight"].ToSingles()
        .ShouldEqual(Micro.Checkpoint.weight($"{meta}.weight").ToSingles());

    [Theory(DisplayName = "hf: row i and row i + 5 of a head are the pair that stands side by side in Meta's weights:")]
    [InlineData("q_proj", "wq", 8)]
    [InlineData("k_proj", "wk", 2)]
    public void Permuted(string name, string meta, int heads)
    {
        for (var layer = 0; layer < 3; layer++)
        {
            var rows = Weights.Value[$"model.layers.{layer}.self_attn.{name}.weight"].ToSingles().Chunk(80).ToArray();
            var neighbours = Micro.Checkpoint.weight($"layers.{layer}.attention.{meta}.weight").ToSingles().Chunk(80).ToArray();
            foreach (var (head, i) in from head in Enumerable.Range(0, heads) from i in Enumerable.Range(0, 5) select (head, i))
            {
                rows[(10 * head) + i].Should().Equal(neighbours[(10 * head) + (2 * i)]);
                rows[(10 * head) + i + 5].Should().Equal(neighbours[(10 * head) + (2 * i) + 1]);
            }
        }
    }

    [Fact(DisplayName = "hf: transformers takes weights whose header says format = pt")]
    public void Metadata()
    {
        var file = Model.Value;
        using var header = JsonDocument.Parse(file.AsMemory(8, (int)BitConverter.ToInt64(file)));
        header.RootElement.GetProperty("__metadata__").GetRawText().Should().Be("""{"format":"pt"}""");
    }

    [Fact(DisplayName = "hf: config.json")]
    public void Config()
    {
        const string Expected = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "bos_token_id": 128000, "eos_token_id": 128001, "head_dim": 10,
             "hidden_act": "silu", "hidden_size": 80, "intermediate_size": 288, "max_position_embeddings": 8192, "num_attention_heads": 8,
             "num_hidden_layers": 3, "num_key_value_heads": 2, "rms_norm_eps": 1E-05, "rope_theta": 500000.0, "rope_scaling": null,
             "rope_parameters": {"rope_theta": 500000.0, "rope_type": "default"}, "attention_bias": false, "mlp_bias": false,
             "dtype": "bfloat16", "tie_word_embeddings": false, "torch_dtype": "bfloat16", "vocab_size": 128256}
            """;
        using var expected = JsonDocument.Parse(Expected);
        using var config = JsonDocument.Parse(Exported.Read("hf", "config.json"));
        foreach (var field in expected.RootElement.EnumerateObject())
        {
            JsonElement.DeepEquals(config.RootElement.GetProperty(field.Name), field.Value).Should().BeTrue($"that is {field.Name}");
        }
        config.RootElement.GetProperty("rope_theta").GetRawText().Should().Be("500000.0", "Python takes 500000 for an integer");
    }

    [Theory(DisplayName = "hf: config.json of a model with scaled RoPE, as transformers 4 and 5 write it, and as it is read back:")]
    [InlineData("{\"type\": \"linear\", \"factor\": 4.0}", 32_768)]
    [InlineData(
        "{\"rope_type\": \"llama3\", \"factor\": 32.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 8192}",
        131_072)]
    public void Scaled(string scaling, int positions)
    {
        var model = Read($$"""
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 2, "num_attention_heads": 8, "head_dim": 16,
             "num_key_value_heads": 2, "vocab_size": 384, "rms_norm_eps": 1e-6, "rope_theta": 10000, "rope_scaling": {{scaling}},
             "tie_word_embeddings": true, "attention_bias": true, "mlp_bias": true}
            """);
        var json = JsonNode.Parse(HuggingFaceFolder.Json(HuggingFaceConfigJson.Of(model, float32)))!.AsObject();
        Read(json.ToJsonString()).Should().Be(model);
        ((int)json["max_position_embeddings"]!, (string)json["dtype"]!, (string)json["torch_dtype"]!).Should().Be((positions, "float32", "float32"));
        foreach (var other in new[] { "rope_parameters", "rope_scaling" })
        {
            // Each version finds all in its own fields.
            var one = json.DeepClone().AsObject();
            one.Remove(other);
            if (other == "rope_scaling") { one.Remove("rope_theta"); }
            Read(one.ToJsonString()).Should().Be(model);
        }
    }

    private static ModelParams Read(string json) => ModelParams.ReadConfig(new MemoryStream(Encoding.UTF8.GetBytes(json)), "config.json");

    [Fact(DisplayName = "hf: vocabulary and merges are those that transformers' TikTokenConverter makes of tokenizer.model")]
    public void Merges()
    {
        using var json = JsonDocument.Parse(Exported.Read("hf", "tokenizer.json"));
        var model = json.RootElement.GetProperty("model");
        string[] merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()!)];
        merges.Should().StartWith(["Ġ Ġ", "Ġ ĠĠĠ", "ĠĠ ĠĠ", "ĠĠĠ Ġ", "i n"]).And.EndWith(["h af", "ha f"]).And.HaveCount(11_543);
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', merges))))
            .Should().Be("8265f97aabcfb07a8827a81691d915278be2d373ad626372ad92fb4af7bef817");
        model.GetProperty("ignore_merges").GetBoolean().Should().BeTrue();
        var vocabulary = model.GetProperty("vocab");
        vocabulary.EnumerateObject().Should().HaveCount(4148 + 256);
        new[] { "42", "the", "Ġthe", "Ġ", "!", "Ċ", "ł", "ÿ", "<|begin_of_text|>", "<|reserved_special_token_250|>" }
            .Select(token => vocabulary.GetProperty(token).GetInt32()).Should().Equal(2983, 1820, 279, 220, 0, 198, 254, 187, 128_000, 128_255);
    }

    [Fact(DisplayName = "hf: all special tokens have their ids, and <|begin_of_text|> comes in front of every text")]
    public void Special_tokens()
    {
        using var json = JsonDocument.Parse(Exported.Read("hf", "tokenizer.json"));
        var tokens = json.RootElement.GetProperty("added_tokens").EnumerateArray().ToArray();
        tokens.Select(token => token.GetProperty("id").GetInt32()).Should().Equal(Enumerable.Range(128_000, 256));
        tokens.Should().OnlyContain(token => token.GetProperty("special").GetBoolean() && !token.GetProperty("normalized").GetBoolean());
        tokens[9].GetProperty("content").GetString().Should().Be("<|eot_id|>");
        json.RootElement.GetProperty("post_processor").GetProperty("processors")[1].GetProperty("single").ToString().Should()
            .MatchRegex(@"(?s)^\[\s*\{\s*""SpecialToken"": \{\s*""id"": ""<\|begin_of_text\|>"".*\{\s*""Sequence"": \{\s*""id"": ""A""");
    }
}
