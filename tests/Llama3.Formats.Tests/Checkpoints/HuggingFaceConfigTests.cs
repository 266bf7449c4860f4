using System.Text.Json.Nodes;
using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Checkpoints;

/// <summary>config.json of Hugging Face folders.</summary>
public sealed class HuggingFaceConfigTests
{
    public const string Llama3_2_1B = """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 128000,
         "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
         "intermediate_size": 8192, "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
         "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
         "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                          "original_max_position_embeddings": 8192, "rope_type": "llama3"},
         "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 128256}
        """;

    private const string Scaled =
        "\"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 8192}";

    private const string Only = "only models of transformers' LlamaForCausalLM can be read";

    private const string Types = "expected \"default\", \"linear\" or \"llama3\": no other scaling of RoPE can be computed";

    [Fact(DisplayName = "config.json: Llama 3.2 1B")]
    public void Small_model()
    {
        var read = Read(Llama3_2_1B);
        read.Should().Be(new ModelParams(2048, 16, 32, 8, 128256, null, null, 1e-5, 500000)
        {
            intermediate_size = 8192,
            tie_word_embeddings = true,
            rope_scaling = new Llama3RopeScaling(32, 1, 4, 8192),
        });
        (read.head_dim, read.ffn_dim, read.group_size).Should().Be((64, 8192, 4));
    }

    [Theory(DisplayName = "config.json: what may be missing or null")]
    [InlineData("architectures")]
    [InlineData("head_dim")]
    [InlineData("hidden_act")]
    [InlineData("attention_bias")]
    public void Optional_fields(string field)
    {
        Read(Without(field)).Should().Be(Read(Llama3_2_1B));
    }

    [Fact(DisplayName = "config.json: without num_key_value_heads there are as many as query heads; without rope_scaling none is done")]
    public void Defaults()
    {
        Read(Without("num_key_value_heads")).n_kv_heads.Should().Be(32);
        Read(Without("rope_scaling")).rope_scaling.Should().BeNull();
        Read(Without("tie_word_embeddings")).tie_word_embeddings.Should().BeFalse();
    }

    [Fact(DisplayName = "config.json: heads may have a length of their own")]
    public void Own_head_dim()
    {
        var read = Read(With("head_dim", "96"));
        read.head_dim.Should().Be(96);
        read.tensor_shapes["layers.0.attention.wq.weight"].Should().Equal(32 * 96, 2048);
        read.tensor_shapes["layers.0.attention.wo.weight"].Should().Equal(2048, 32 * 96);
    }

    [Fact(DisplayName = "config.json: what is missing or null has the default of LlamaConfig")]
    public void Defaults_of_numbers()
    {
        Read(Without("rope_theta")).rope_theta.Should().Be(10_000);
        Read(With("rope_parameters", "{\"rope_type\": \"default\"}", "rope_theta", "rope_scaling")).rope_theta.Should().Be(10_000);
        Read(Without("rms_norm_eps")).norm_eps.Should().Be(1e-6);
    }

    [Theory(DisplayName = "config.json: biases belong to the matrices of attention, or of the feed-forward")]
    [InlineData("attention_bias", 4, "wq 2048, wk 512, wv 512, wo 2048")]
    [InlineData("mlp_bias", 3, "w1 8192, w3 8192, w2 2048")]
    public void Biases(string field, int count, string sizes)
    {
        var biases = Read(With(field, "true")).tensor_shapes.Where(tensor => tensor.Key.EndsWith(".bias", StringComparison.Ordinal)).ToList();
        biases.Should().HaveCount(16 * count).And.OnlyContain(bias => bias.Value.Length == 1);
        string.Join(", ", biases[..count].Select(bias => $"{bias.Key.Split('.')[^2]} {bias.Value[0]}")).Should().Be(sizes);
    }

    [Theory(DisplayName = "config.json: RoPE as older and newer versions of transformers write it")]
    [InlineData("rope_scaling", "{\"type\": \"llama3\", " + Scaled, "llama3", 8.0)]
    [InlineData("rope_scaling", "{\"type\": \"linear\", \"factor\": 4.0}", "linear", 4.0)]
    [InlineData("rope_scaling", "{\"rope_type\": \"linear\", \"type\": \"linear\", \"factor\": 2}", "linear", 2.0)]
    [InlineData("rope_scaling", "{\"rope_type\": \"default\"}", null, null)]
    [InlineData("rope_parameters", "{\"rope_type\": \"llama3\", \"rope_theta\": 500000, " + Scaled, "llama3", 8.0)]
    [InlineData("rope_parameters", "{\"rope_type\": \"linear\", \"rope_theta\": 500000.0, \"factor\": 4.0}", "linear", 4.0)]
    [InlineData("rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 500000}", null, null)]
    [InlineData("rope_parameters", "{\"rope_theta\": 500000, \"partial_rotary_factor\": 1.0}", null, null)]
    public void Spellings_of_rope(string field, string value, string? type, double? factor)
    {
        var read = Read(With(field, value, "rope_scaling"));
        (read.rope_theta, read.rope_scaling?.rope_type, read.rope_scaling?.factor).Should().Be((500000, type, factor));
    }

    [Fact(DisplayName = "config.json: RoPE may be written for both versions of transformers at once")]
    public void Both_forms_of_rope() => Read(With(
        "rope_parameters",
        "{\"rope_type\": \"llama3\", \"rope_theta\": 500000.0, \"factor\": 32, \"low_freq_factor\": 1, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 8192}"))
        .Should().Be(Read(Llama3_2_1B));

    [Theory(DisplayName = "config.json: two fields that contradict each other are refused")]
    [InlineData("rope_parameters", "{\"rope_type\": \"default\"}", "\"rope_scaling\" and \"rope_parameters\"")]
    [InlineData("rope_parameters", "{\"rope_type\": \"llama3\", " + Scaled, "\"rope_scaling\" and \"rope_parameters\"")]
    [InlineData("rope_parameters", "{\"rope_theta\": 10000.0}", "\"rope_theta\" and \"rope_parameters.rope_theta\"")]
    [InlineData("original_max_position_embeddings", "4096", "\"original_max_position_embeddings\" and \"rope_scaling.original_max_position_embeddings\"")]
    public void Contradictions(string field, string value, string fields) =>
        BadInput.IsRefused(() => Read(With(field, value)), $"config.json: {fields} contradict each other; remove the one that is wrong");

    [Theory(DisplayName = "config.json: what changes nothing is accepted")]
    [InlineData("pretraining_tp", "4")]
    [InlineData("sliding_window", "null")]
    [InlineData("partial_rotary_factor", "1.0")]
    [InlineData("use_qk_norm", "false")]
    [InlineData("quantization_config", "null")]
    [InlineData("attention_dropout", "0.1")]
    public void Harmless(string field, string value) => Read(With(field, value)).Should().Be(Read(Llama3_2_1B));

    [Fact(DisplayName = "config.json: a sliding window that is switched off is accepted")]
    public void Window_that_is_off()
    {
        var json = JsonNode.Parse(With("sliding_window", "4096"))!.AsObject();
        json["use_sliding_window"] = false;
        Read(json.ToJsonString()).Should().Be(Read(Llama3_2_1B));
    }

    [Theory(DisplayName = "config.json: another architecture is refused by name")]
    [InlineData("model_type", "\"mistral\"", "\"model_type\" is \"mistral\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"qwen2\"", "\"model_type\" is \"qwen2\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"qwen3\"", "\"model_type\" is \"qwen3\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"gemma\"", "\"model_type\" is \"gemma\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"phi3\"", "\"model_type\" is \"phi3\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"llama4\"", "\"model_type\" is \"llama4\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"mllama\"", "\"model_type\" is \"mllama\", expected \"llama\": " + Only)]
    [InlineData("model_type", "null", "\"model_type\" is null, expected a text")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "\"architectures\" is [*], expected [\"LlamaForCausalLM\"]: " + Only)]
    [InlineData("architectures", "[]", "\"architectures\" is [], expected a list of texts")]
    [InlineData("attention_bias", "1", "\"attention_bias\" is 1, expected true or false")]
    [InlineData("hidden_act", "\"gelu\"", "\"hidden_act\" is \"gelu\", expected \"silu\": " + Only)]
    [InlineData("hidden_act", "\"gelu_pytorch_tanh\"", "\"hidden_act\" is \"gelu_pytorch_tanh\", expected \"silu\": " + Only)]
    [InlineData(
        "quantization_config",
        "{\"bits\": 4}",
        "\"quantization_config\" is {\"bits\":4}, expected no such field: quantised weights cannot be read, only those in BF16, F16 or F32")]
    [InlineData("sliding_window", "4096", "\"sliding_window\" is 4096, expected no such field: in Llama every token sees all before it")]
    [InlineData("use_qk_norm", "true", "\"use_qk_norm\" is true, expected false: Llama does not normalise queries and keys")]
    [InlineData("partial_rotary_factor", "0.5", "\"partial_rotary_factor\" is 0.5, expected 1: Llama rotates whole heads")]
    [InlineData("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 2}", ", rope_scaling: \"rope_type\" is \"yarn\", " + Types)]
    [InlineData("rope_scaling", "{\"type\": \"dynamic\", \"factor\": 2}", ", rope_scaling: \"type\" is \"dynamic\", " + Types)]
    [InlineData("rope_scaling", "{\"rope_type\": \"longrope\"}", ", rope_scaling: \"rope_type\" is \"longrope\", " + Types)]
    [InlineData("rope_scaling", "{\"type\": \"su\"}", ", rope_scaling: \"type\" is \"su\", " + Types)]
    [InlineData("rope_scaling", "{\"factor\": 2}", ", rope_scaling: \"rope_type\" is missing, expected a text")]
    [InlineData("rope_scaling", "{\"type\": \"linear\"}", ", rope_scaling: \"factor\" is missing, expected a number above 0, at most 1000000")]
    [InlineData(
        "rope_scaling",
        "{\"type\": \"linear\", \"rope_type\": \"llama3\"}",
        ", rope_scaling: \"rope_type\" and \"type\" contradict each other; remove the one that is wrong")]
    [InlineData("rope_scaling", "{\"type\": \"llama3\"}", ", rope_scaling: \"factor\" is missing, expected a number above 0, at most 1000000")]
    [InlineData("rope_scaling", "[8]", "\"rope_scaling\" is [8], expected an object")]
    [InlineData(
        "rope_scaling",
        "{\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 8192}",
        ", rope_scaling: \"high_freq_factor\" is 4, expected a larger number than \"low_freq_factor\"")]
    [InlineData("hidden_size", "2049", "\"hidden_size\" is 2049, expected a multiple of \"num_attention_heads\" (32)")]
    [InlineData("num_key_value_heads", "7", "\"num_attention_heads\" is 32, expected a multiple of \"num_key_value_heads\" (7)")]
    [InlineData("intermediate_size", "0", "\"intermediate_size\" is 0, expected an integer from 1 to 1048576")]
    [InlineData("tie_word_embeddings", "\"yes\"", "\"tie_word_embeddings\" is \"yes\", expected true or false")]
    public void Refused(string field, string value, string expected)
    {
        var json = field is "hidden_size" ? With(field, value, "head_dim") : With(field, value);
        BadInput.IsRefused(() => Read(json), $"config.json{(expected[0] == ',' ? "" : ": ")}{expected}");
    }

    [Theory(DisplayName = "config.json: texts that are no Unicode")]
    [InlineData("{\"model_type\": \"ll\\ud800\"}", "config.json: \"model_type\" is \"ll\\ud800\", expected \"llama\": *")]
    [InlineData("{\"model_type\": \"llama\", \"hidden_size\": 8, \"num_attention_heads\": 2, \"rope_theta\": 1, \"rope_scaling\": {\"\\ud800\": 1}}", "config.json: a name in \"rope_scaling\" is no text: *")]
    [InlineData("{\"\\ud800\": 1}", "config.json: *, line 1: expected {\"hidden_size\": 4096, …}")]
    public void Half_pairs(string json, string expected) => BadInput.IsRefused(() => Read(json), expected);

    [Fact(DisplayName = "config.json: bytes that are not UTF-8")]
    public void Other_encodings() => BadInput.IsRefused(
        () => ModelParams.ReadConfig(new MemoryStream([.. "{\"model_type\": \"ll"u8, 0xE4, .. "\"}"u8]), "config.json"),
        "config.json is not UTF-8, expected a JSON object: {\"hidden_size\": 4096, …}");

    public static ModelParams Read(string json) => ModelParams.ReadConfig(new MemoryStream(json.Bytes()), "config.json");

    private static string Without(string field) => With(field, "null");

    private static string With(string field, string value, params string[] without)
    {
        var json = JsonNode.Parse(Llama3_2_1B)!.AsObject();
        foreach (var other in without) { json.Remove(other); }
        json[field] = JsonNode.Parse(value);
        return json.ToJsonString();
    }
}
