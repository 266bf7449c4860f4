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
    /// <summary>The token in front of a text.</summary>
    public const string Begin = "<|begin_of_text|>";

    /// <summary>The token after it.</summary>
    public const string End = "<|end_of_text|>";

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
        new("config.json", Json(HuggingFaceConfigJson.Of(checkpoint.Params, checkpoint.weight("norm.weight").dtype))),
        new("generation_config.json", Json(new { bos_token_id = SpecialTokens.Ids[Begin], eos_token_id = SpecialTokens.Ids[End] })),
        new("tokenizer.json", Json(HuggingFaceTokenizer.Json(vocabulary))),
        new("tokenizer_config.json", Json(TokenizerConfig(checkpoint.Params))),
        new("special_tokens_map.json", Json(new { bos_token = Begin, eos_token = End })),
    ];

    private static object TokenizerConfig(ModelParams model) => new
    {
        added_tokens_decoder = SpecialTokens.Names.ToDictionary(
            name => SpecialTokens.Ids[name].ToString(CultureInfo.InvariantCulture), name => HuggingFaceTokenizer.AddedToken(name, null)),
        bos_token = Begin,
        clean_up_tokenization_spaces = false,
        eos_token = End,
        model_input_names = new[] { "input_ids", "attention_mask" },
        model_max_length = HuggingFaceConfigJson.MostPositions(model),
        tokenizer_class = "PreTrainedTokenizerFast",
    };

    /// <summary>The content of a file of JSON.</summary>
    public static byte[] Json(object content) => JsonSerializer.SerializeToUtf8Bytes(content, Options);

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
