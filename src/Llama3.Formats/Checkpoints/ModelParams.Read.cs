using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

public sealed partial record ModelParams
{
    /// <summary>The message about every other model.</summary>
    internal const string Only = "only text models of Llama 3, 3.1, 3.2 and 3.3 can be read";

    private const int MaxFileBytes = 1 << 20;

    /// <summary>Fields of other models, which would run as Llama 3 and answer nonsense.</summary>
    private static readonly string[] Foreign =
    [
        "moe_args", "vision_args", "vision_model", "vision_chunk_size", "vision_num_cross_attention_layers", "quantization_args", "lora_args",
        "attention_chunk_size", "nope_layer_interval",
    ];

    /// <summary>Reads a params.json; <paramref name="path"/> is its name in messages. Fields it does not need are ignored.</summary>
    /// <exception cref="BadInputException">A field is missing, its value does not fit a model, or the model is not Llama 3.</exception>
    internal static ModelParams Read(Stream stream, string path)
    {
        var read = Read(new JsonFields(stream.ReadAll(MaxFileBytes, path), path, "{\"dim\": 4096, …}"));
        return read.Mismatch("dim", "n_heads", "n_kv_heads") is { } mismatch ? throw new BadInputException($"{path}: {mismatch}") : read;
    }

    /// <summary>Reads Hugging Face's config.json in the same way.</summary>
    /// <exception cref="BadInputException">A field is missing, its value does not fit a model, or the model is not Llama 3.</exception>
    internal static ModelParams ReadConfig(Stream stream, string path)
    {
        var read = HuggingFaceConfig.Read(new JsonFields(stream.ReadAll(MaxFileBytes, path), path, "{\"hidden_size\": 4096, …}"));
        return read.Mismatch("hidden_size", "num_attention_heads", "num_key_value_heads") is { } mismatch
            ? throw new BadInputException($"{path}: {mismatch}")
            : read;
    }

    private static ModelParams Read(JsonFields fields)
    {
        foreach (var name in Foreign) { fields.RequireNullOrMissing(name, Only); }
        fields.RequireFalseOrMissing("use_qk_norm", Only);
        return new(
            dim: fields.Integer("dim", 65_536),
            n_layers: fields.Integer("n_layers", 1024),
            n_heads: fields.Integer("n_heads", 1024),
            n_kv_heads: fields.Integer("n_kv_heads", 1024),
            vocab_size: fields.Integer("vocab_size", 1 << 20, "-1, \"ask the tokenizer\", is of Llama 2"),
            multiple_of: fields.Integer("multiple_of", 65_536),
            ffn_dim_multiplier: fields.IsNull("ffn_dim_multiplier") ? null : fields.Number("ffn_dim_multiplier", 16),
            norm_eps: fields.Number("norm_eps", 1),
            rope_theta: fields.Number("rope_theta", 1e12))
        {
            head_dim = fields.IsNull("head_dim") ? 0 : fields.Integer("head_dim", 65_536),
            rope_scaling = fields.IsTrue("use_scaled_rope") ? MetaScaling(fields) : null,
            tie_word_embeddings = fields.IsTrue("tie_word_embeddings"),
        };
    }

    /// <summary>Meta's code has a constant for the factor; later models of Meta's name it in the file.</summary>
    private static Llama3RopeScaling MetaScaling(JsonFields fields) =>
        fields.IsNull("rope_scaling_factor") ? RopeScaling.Meta : RopeScaling.Meta with { factor = fields.Number("rope_scaling_factor", 1e6) };

    /// <summary>What of the sizes does not fit together; null if all do.</summary>
    internal string? Mismatch(string dim_name, string heads_name, string kv_heads_name)
    {
        if (dim % n_heads != 0 && head_dim == dim / n_heads)
        {
            return $"\"{dim_name}\" is {dim}, expected a multiple of \"{heads_name}\" ({n_heads})";
        }
        if (n_heads % n_kv_heads != 0)
        {
            return $"\"{heads_name}\" is {n_heads}, expected a multiple of \"{kv_heads_name}\" ({n_kv_heads})";
        }
        return head_dim % 2 != 0 ? $"\"{dim_name}\" / \"{heads_name}\" is {head_dim}, expected an even number: RoPE rotates pairs" : null;
    }
}
