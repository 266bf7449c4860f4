using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Safetensors;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Copy;

/// <summary>The files from which transformers' AutoModelForCausalLM and AutoTokenizer load a model.</summary>
internal static class HuggingFaceFolder
{
    private const string Begin = "<|begin_of_text|>";
    private const string End = "<|end_of_text|>";
    private const int MostPositions = 8192;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new PythonFloat() },
    };

    /// <summary>All files.</summary>
    public static IEnumerable<ExportFile> Files(Checkpoint checkpoint, Vocabulary vocabulary) =>
    [
        new("model.safetensors", stream => SafetensorsWriter.Write(
            stream,
            HuggingFaceWeights.Of(checkpoint).Select(weight => SafetensorsTensor.Of(weight.Name, weight.Tensor)),
            new Dictionary<string, string> { ["format"] = "pt" })),
        Json("config.json", Config(checkpoint)),
        Json("generation_config.json", new { bos_token_id = SpecialTokens.Ids[Begin], eos_token_id = SpecialTokens.Ids[End] }),
        Json("tokenizer.json", HuggingFaceTokenizer.Json(vocabulary)),
        Json("tokenizer_config.json", TokenizerConfig()),
        Json("special_tokens_map.json", new { bos_token = Begin, eos_token = End }),
    ];

    private static object Config(Checkpoint checkpoint) => new
    {
        architectures = new[] { "LlamaForCausalLM" },
        model_type = "llama",
        attention_bias = false,
        attention_dropout = 0.0,
        bos_token_id = SpecialTokens.Ids[Begin],
        eos_token_id = SpecialTokens.Ids[End],
        checkpoint.Params.head_dim,
        hidden_act = "silu",
        hidden_size = checkpoint.Params.dim,
        initializer_range = 0.02,
        intermediate_size = checkpoint.Params.ffn_dim,
        max_position_embeddings = MostPositions,
        mlp_bias = false,
        num_attention_heads = checkpoint.Params.n_heads,
        num_hidden_layers = checkpoint.Params.n_layers,
        num_key_value_heads = checkpoint.Params.n_kv_heads,
        pretraining_tp = 1,
        rms_norm_eps = checkpoint.Params.norm_eps,
        rope_scaling = (object?)null,
        checkpoint.Params.rope_theta,
        tie_word_embeddings = false,
        torch_dtype = checkpoint.weight("norm.weight").dtype == bfloat16 ? "bfloat16" : "float32",
        use_cache = true,
        checkpoint.Params.vocab_size,
    };

    private static object TokenizerConfig() => new
    {
        added_tokens_decoder = SpecialTokens.Names.ToDictionary(
            name => SpecialTokens.Ids[name].ToString(CultureInfo.InvariantCulture), name => HuggingFaceTokenizer.AddedToken(name, null)),
        bos_token = Begin,
        clean_up_tokenization_spaces = false,
        eos_token = End,
        model_input_names = new[] { "input_ids", "attention_mask" },
        model_max_length = MostPositions,
        tokenizer_class = "PreTrainedTokenizerFast",
    };

    private static ExportFile Json(string name, object content) => new(name, JsonSerializer.SerializeToUtf8Bytes(content, Options));

    /// <summary>500000 as 500000.0: Python reads a number without a point as an integer.</summary>
    private sealed class PythonFloat : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            var text = value.ToString(CultureInfo.InvariantCulture);
            writer.WriteRawValue(text.AsSpan().ContainsAny(".E") ? text : text + ".0");
        }
    }
}
