using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>Hugging Face's config.json, read into the same parameters as Meta's params.json, with the defaults of transformers' LlamaConfig.</summary>
internal static class HuggingFaceConfig
{
    private const string Only = "only models of transformers' LlamaForCausalLM can be read";
    private const int MostHeads = 1024;

    /// <summary>Fields of models that are not Llama; each would change the computation.</summary>
    private static readonly string[] Foreign = ["vision_config", "text_config", "num_local_experts"];

    /// <summary>What models that normalise queries and keys call this.</summary>
    private static readonly string[] NormsOfHeads = ["use_qk_norm", "qk_norm", "qk_layernorm", "use_qk_rmsnorm"];

    /// <exception cref="BadInputException">A field is missing, has a bad value, or belongs to another architecture.</exception>
    public static ModelParams Read(JsonFields fields)
    {
        RequireLlama(fields);
        var (dim, n_heads) = (fields.Integer("hidden_size", 65_536), fields.Integer("num_attention_heads", MostHeads));
        var (rope_theta, rope_scaling) = HuggingFaceRope.Read(fields);
        return new(
            dim: dim,
            n_layers: fields.Integer("num_hidden_layers", 1024),
            n_heads: n_heads,
            n_kv_heads: fields.IsNull("num_key_value_heads") ? n_heads : fields.Integer("num_key_value_heads", MostHeads),
            vocab_size: fields.Integer("vocab_size", 1 << 20),
            multiple_of: null,
            ffn_dim_multiplier: null,
            norm_eps: fields.IsNull("rms_norm_eps") ? 1e-6 : fields.Number("rms_norm_eps", 1),
            rope_theta: rope_theta)
        {
            head_dim = fields.IsNull("head_dim") ? dim / n_heads : fields.Integer("head_dim", 65_536),
            intermediate_size = fields.Integer("intermediate_size", 1 << 20),
            rope_scaling = rope_scaling,
            attention_bias = fields.IsTrue("attention_bias"),
            mlp_bias = fields.IsTrue("mlp_bias"),
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
        foreach (var name in NormsOfHeads) { fields.RequireFalseOrMissing(name, "Llama does not normalise queries and keys"); }
        foreach (var name in new[] { "quantization_config", "compression_config" })
        {
            fields.RequireNullOrMissing(name, "quantised weights cannot be read, only those in BF16, F16 or F32");
        }
        if (!fields.IsFalse("use_sliding_window")) { fields.RequireNullOrMissing("sliding_window", "in Llama every token sees all before it"); }
        if (!fields.IsNull("hidden_act")) { fields.RequireText("hidden_act", "silu", Only); }
    }
}
