namespace Llama3.Formats.Checkpoints;

/// <summary>The weights by the names that GGUF files have for them. Rows are in Meta's order: llama.cpp's converter puts those of Hugging Face back into it.</summary>
internal static class GgufNames
{
    /// <summary>The numbers by which the frequencies of RoPE are divided, in Llama 3.1 and later.</summary>
    public const string RopeFreqs = "rope_freqs.weight";

    /// <summary>The embedding table, and the output matrix where there is none.</summary>
    public const string Embeddings = "token_embd.weight";

    /// <summary>The output matrix, if it is not the embedding table.</summary>
    public const string Output = "output.weight";

    /// <summary>The table.</summary>
    public static StoredNames All { get; } = new(
        "blk.",
        outside: new Dictionary<string, string>
        {
            ["tok_embeddings.weight"] = Embeddings,
            ["norm.weight"] = "output_norm.weight",
            ["output.weight"] = Output,
        },
        matrices: new Dictionary<string, string>
        {
            ["attention.wq"] = "attn_q",
            ["attention.wk"] = "attn_k",
            ["attention.wv"] = "attn_v",
            ["attention.wo"] = "attn_output",
            ["feed_forward.w1"] = "ffn_gate",
            ["feed_forward.w3"] = "ffn_up",
            ["feed_forward.w2"] = "ffn_down",
        },
        norms: new Dictionary<string, string> { ["attention_norm"] = "attn_norm", ["ffn_norm"] = "ffn_norm" });
}
