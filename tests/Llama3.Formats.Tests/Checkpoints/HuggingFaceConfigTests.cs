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

    private const string Only = "only text models of Llama 3, 3.1, 3.2 and 3.3 can be read";

    [Fact(DisplayName = "config.json: Llama 3.2 1B")]
    public void Small_model()
    {
        var read = Read(Llama3_2_1B);
        read.Should().Be(new ModelParams(2048, 16, 32, 8, 128256, null, null, 1e-5, 500000)
        {
            intermediate_size = 8192,
            tie_word_embeddings = true,
            rope_scaling = new RopeScaling(32, 1, 4, 8192),
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

    [Theory(DisplayName = "config.json: RoPE as older and newer versions of transformers write it")]
    [InlineData("rope_scaling", "{\"type\": \"llama3\", " + Scaled, 8.0)]
    [InlineData("rope_parameters", "{\"rope_type\": \"llama3\", \"rope_theta\": 500000, " + Scaled, 8.0)]
    [InlineData("rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 500000}", null)]
    public void Spellings_of_rope(string field, string value, double? factor)
    {
        var read = Read(With(field, value));
        read.rope_theta.Should().Be(500000);
        read.rope_scaling?.factor.Should().Be(factor);
        (read.rope_scaling is null).Should().Be(factor is null);
    }

    [Theory(DisplayName = "config.json: another architecture is refused by name")]
    [InlineData("model_type", "\"mistral\"", "\"model_type\" is \"mistral\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"llama4\"", "\"model_type\" is \"llama4\", expected \"llama\": " + Only)]
    [InlineData("model_type", "\"mllama\"", "\"model_type\" is \"mllama\", expected \"llama\": " + Only)]
    [InlineData("model_type", "null", "\"model_type\" is null, expected a text")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "\"architectures\" is [*], expected [\"LlamaForCausalLM\"]: " + Only)]
    [InlineData("architectures", "[]", "\"architectures\" is [], expected a list of texts")]
    [InlineData("attention_bias", "true", "\"attention_bias\" is true, expected false: no model of Llama 3 has biases")]
    [InlineData("mlp_bias", "true", "\"mlp_bias\" is true, expected false: no model of Llama 3 has biases")]
    [InlineData("hidden_act", "\"gelu\"", "\"hidden_act\" is \"gelu\", expected \"silu\": " + Only)]
    [InlineData("quantization_config", "{\"bits\": 4}", "\"quantization_config\" is {\"bits\":4}, expected no such field: " + Only)]
    [InlineData("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 2}", ", rope_scaling: \"rope_type\" is \"yarn\", expected \"llama3\": " + Only)]
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

    public static ModelParams Read(string json) => ModelParams.ReadConfig(new MemoryStream(json.Bytes()), "config.json");

    private static string Without(string field) => With(field, "null");

    private static string With(string field, string value, string? without = null)
    {
        var json = JsonNode.Parse(Llama3_2_1B)!.AsObject();
        json[field] = JsonNode.Parse(value);
        if (without is not null) { json.Remove(without); }
        return json.ToJsonString();
    }
}
