using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>A whole model of 8 tokens and one layer, with a vocabulary; its matrices are of many types.</summary>
internal static class TinyGguf
{
    public const string Name = "model.gguf";
    public const int Dim = 32;

    /// <summary>The file. Its embedding table is the output matrix too.</summary>
    public static GgufBytes Model()
    {
        var file = Keys();
        foreach (var tensor in Tensors()) { tensor(file); }
        return file;
    }

    /// <summary>Without tensors.</summary>
    public static GgufBytes Keys() => new GgufBytes()
        .With("general.architecture", "llama")
        .With("llama.block_count", 1u)
        .With("llama.embedding_length", (uint)Dim)
        .With("llama.feed_forward_length", (uint)Dim)
        .With("llama.attention.head_count", 2u)
        .With("llama.attention.head_count_kv", 1u)
        .With("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .With("llama.rope.freq_base", 500000f)
        .With("tokenizer.ggml.model", "gpt2")
        .With("tokenizer.ggml.pre", "smollm")
        .With("tokenizer.ggml.tokens", (string[])["<|endoftext|>", "a", "b", "c", "ab", "abc", "Ġ", "gap"])
        .With("tokenizer.ggml.token_type", (int[])[3, 1, 1, 1, 1, 1, 1, 5])
        .With("tokenizer.ggml.merges", (string[])["a b", "ab c"])
        .With("tokenizer.ggml.bos_token_id", 0u)
        .With("tokenizer.ggml.add_bos_token", false);

    /// <summary>The parameters that a file says.</summary>
    public static ModelParams Params(GgufBytes file)
    {
        var layout = new GgufLayout(Files(file.ToArray()), Name);
        try { return layout.ReadParams(); }
        finally { layout.Close(); }
    }

    /// <summary>A folder with nothing else in it.</summary>
    public static CheckpointFiles Files(byte[] file) => new(name => name == Name ? new MemoryStream(file) : null, "", gguf: Name);

    /// <summary>Each adds one of its tensors to a file. Their numbers are any.</summary>
    public static IReadOnlyList<Action<GgufBytes>> Tensors()
    {
        var random = new Random(7);
        return
        [
            Of("token_embd.weight", 2, 8, 18),
            Of("output_norm.weight", 0, 1, Dim * 4),
            Of("blk.0.attn_q.weight", 8, Dim, 34),
            Of("blk.0.attn_k.weight", 1, 16, Dim * 2),
            Of("blk.0.attn_v.weight", 30, 16, Dim * 2),
            Of("blk.0.attn_output.weight", 7, Dim, 24),
            Of("blk.0.ffn_gate.weight", 0, Dim, Dim * 4),
            Of("blk.0.ffn_up.weight", 3, Dim, 20),
            Of("blk.0.ffn_down.weight", 6, Dim, 22),
            Of("blk.0.attn_norm.weight", 0, 1, Dim * 4),
            Of("blk.0.ffn_norm.weight", 0, 1, Dim * 4),
        ];

        Action<GgufBytes> Of(string name, uint type, int rows, int bytesOfRow)
        {
            var bytes = new byte[rows * bytesOfRow];
            random.NextBytes(bytes);
            return file => file.Tensor(name, type, rows == 1 ? [Dim] : [Dim, (ulong)rows], bytes);
        }
    }
}
