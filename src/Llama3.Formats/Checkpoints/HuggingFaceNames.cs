namespace Llama3.Formats.Checkpoints;

/// <summary>The weights by Hugging Face's names and in their order of rows, as convert_llama_weights_to_hf.py makes them from Meta's.</summary>
internal static class HuggingFaceNames
{
    private static readonly StoredNames All = new(
        "model.layers.",
        outside: new Dictionary<string, string>
        {
            ["tok_embeddings.weight"] = "model.embed_tokens.weight",
            ["norm.weight"] = "model.norm.weight",
            ["output.weight"] = "lm_head.weight",
        },
        matrices: new Dictionary<string, string>
        {
            ["attention.wq"] = "self_attn.q_proj",
            ["attention.wk"] = "self_attn.k_proj",
            ["attention.wv"] = "self_attn.v_proj",
            ["attention.wo"] = "self_attn.o_proj",
            ["feed_forward.w1"] = "mlp.gate_proj",
            ["feed_forward.w3"] = "mlp.up_proj",
            ["feed_forward.w2"] = "mlp.down_proj",
        },
        norms: new Dictionary<string, string> { ["attention_norm"] = "input_layernorm", ["ffn_norm"] = "post_attention_layernorm" });

    /// <summary>Hugging Face's name of one of Meta's tensors.</summary>
    public static string Of(string meta) => All.Of(meta);

    /// <summary>Meta's name for a tensor of Hugging Face, or null if Llama 3 has no such tensor.</summary>
    public static string? Meta(string name) => All.Meta(name);

    /// <summary>One of Meta's tensors in Hugging Face's order of rows.</summary>
    /// <remarks>
    /// Meta's RoPE rotates neighbours, Hugging Face's rotates i with i + head_dim/2: within each head of queries or keys the first of
    /// all pairs come first, then the second.
    /// </remarks>
    public static Tensor Permuted(string meta, Tensor weight, ModelParams model)
    {
        if (Heads(meta, model) is not { } heads) { return weight; }
        return weight.reshape([heads, weight.shape[0] / heads / 2, 2, -1]).transpose(1, 2).reshape(weight.shape);
    }

    /// <summary>A tensor of Hugging Face in Meta's order of rows.</summary>
    public static Tensor Unpermuted(string meta, Tensor weight, ModelParams model)
    {
        if (Heads(meta, model) is not { } heads) { return weight; }
        return weight.reshape([heads, 2, weight.shape[0] / heads / 2, -1]).transpose(1, 2).reshape(weight.shape);
    }

    private static int? Heads(string meta, ModelParams model) =>
        meta.Contains(".wq.", StringComparison.Ordinal) ? model.n_heads
        : meta.Contains(".wk.", StringComparison.Ordinal) ? model.n_kv_heads
        : null;
}
