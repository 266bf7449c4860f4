using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Copy;

/// <summary>
/// config.json for transformers 4 and 5. Version 4 reads rope_theta, rope_scaling and torch_dtype; version 5 writes rope_parameters and dtype
/// instead. Each ignores the other's fields, or finds the same in them.
/// </summary>
internal static class HuggingFaceConfigJson
{
    /// <summary>The fields.</summary>
    /// <param name="model">The parameters.</param>
    /// <param name="dtype">Of the weights: bfloat16 or float32.</param>
    public static object Of(ModelParams model, ScalarType dtype) => new
    {
        architectures = new[] { "LlamaForCausalLM" },
        model_type = "llama",
        model.attention_bias,
        attention_dropout = 0.0,
        bos_token_id = SpecialTokens.Ids[HuggingFaceFolder.Begin],
        dtype = dtype == bfloat16 ? "bfloat16" : "float32",
        eos_token_id = SpecialTokens.Ids[HuggingFaceFolder.End],
        model.head_dim,
        hidden_act = "silu",
        hidden_size = model.dim,
        initializer_range = 0.02,
        intermediate_size = model.ffn_dim,
        max_position_embeddings = MostPositions(model),
        model.mlp_bias,
        num_attention_heads = model.n_heads,
        num_hidden_layers = model.n_layers,
        num_key_value_heads = model.n_kv_heads,
        pretraining_tp = 1,
        rms_norm_eps = model.norm_eps,
        rope_parameters = new OrderedDictionary<string, object>([new("rope_theta", model.rope_theta), .. Scaling(model.rope_scaling)]),
        rope_scaling = model.rope_scaling is null ? null : new OrderedDictionary<string, object>(Scaling(model.rope_scaling)),
        model.rope_theta,
        model.tie_word_embeddings,
        torch_dtype = dtype == bfloat16 ? "bfloat16" : "float32",
        use_cache = true,
        model.vocab_size,
    };

    /// <summary>The context: that of Llama 3, or of 3.1 to 3.3, whose RoPE is scaled; linear scaling stretches it by its factor.</summary>
    public static int MostPositions(ModelParams model) => model.rope_scaling switch
    {
        Llama3RopeScaling => 131_072,
        LinearRopeScaling linear => (int)Math.Min(8192 * linear.factor, int.MaxValue),
        _ => 8192,
    };

    private static KeyValuePair<string, object>[] Scaling(RopeScaling? scaling) => scaling switch
    {
        null => [new("rope_type", "default")],
        Llama3RopeScaling llama3 =>
        [
            new("rope_type", scaling.rope_type),
            new("factor", scaling.factor),
            new("low_freq_factor", llama3.low_freq_factor),
            new("high_freq_factor", llama3.high_freq_factor),
            new("original_max_position_embeddings", llama3.original_max_position_embeddings),
        ],
        _ => [new("rope_type", scaling.rope_type), new("factor", scaling.factor)],
    };
}
