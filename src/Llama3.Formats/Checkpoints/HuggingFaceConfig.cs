using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>Hugging Face's config.json, read into the same parameters as Meta's params.json.</summary>
internal static class HuggingFaceConfig
{
    private const string Only = ModelParams.Only;
    private const int MostHeads = 1024;

    /// <summary>Fields of models that are not Llama 3; each would change the computation.</summary>
    private static readonly string[] Foreign = ["quantization_config", "vision_config", "text_config", "num_local_experts", "sliding_window"];

    /// <exception cref="BadInputException">A field is missing, has a bad value, or belongs to another architecture.</exception>
    public static ModelParams Read(JsonFields fields)
    {
        RequireLlama(fields);
        var (dim, n_heads) = (fields.Integer("hidden_size", 65_536), fields.Integer("num_attention_heads", MostHeads));
        var rope = fields.Object("rope_parameters");
        return new(
            dim: dim,
            n_layers: fields.Integer("num_hidden_layers", 1024),
            n_heads: n_heads,
            n_kv_heads: fields.IsNull("num_key_value_heads") ? n_heads : fields.Integer("num_key_value_heads", MostHeads),
            vocab_size: fields.Integer("vocab_size", 1 << 20),
            multiple_of: null,
            ffn_dim_multiplier: null,
            norm_eps: fields.Number("rms_norm_eps", 1),
            rope_theta: (rope ?? fields).Number("rope_theta", 1e12))
        {
            head_dim = fields.IsNull("head_dim") ? dim / n_heads : fields.Integer("head_dim", 65_536),
            intermediate_size = fields.Integer("intermediate_size", 1 << 20),
            rope_scaling = (rope ?? fields.Object("rope_scaling")) is { } scaling ? Scaling(scaling) : null,
            tie_word_embeddings = fields.IsTrue("tie_word_embeddings"),
        };
    }

    private static void RequireLlama(JsonFields fields)
    {
        fields.RequireText("model_type", "llama", Only);
        if (!fields.IsNull("architectures") && fields.FirstText("architectures") != "LlamaForCausalLM")
        {
            throw fields.Error("architectures", $"[\"LlamaForCausalLM\"]: {Only}");
        }
        foreach (var name in Foreign) { fields.RequireNullOrMissing(name, Only); }
        fields.RequireFalseOrMissing("attention_bias", "no model of Llama 3 has biases");
        fields.RequireFalseOrMissing("mlp_bias", "no model of Llama 3 has biases");
        if (!fields.IsNull("hidden_act")) { fields.RequireText("hidden_act", "silu", Only); }
    }

    /// <summary>Older files spell rope_type as type; transformers 5 writes "default" if nothing is scaled.</summary>
    private static RopeScaling? Scaling(JsonFields scaling)
    {
        var type = scaling.IsNull("rope_type") ? "type" : "rope_type";
        if (scaling.Text(type) == "default") { return null; }
        scaling.RequireText(type, "llama3", Only);
        var read = new RopeScaling(
            scaling.Number("factor", 1e6),
            scaling.Number("low_freq_factor", 1e6),
            scaling.Number("high_freq_factor", 1e6),
            scaling.Integer("original_max_position_embeddings", 1 << 30));
        return read.low_freq_factor < read.high_freq_factor
            ? read
            : throw scaling.Error("high_freq_factor", "a larger number than \"low_freq_factor\"");
    }
}
