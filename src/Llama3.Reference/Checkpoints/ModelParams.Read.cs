namespace Llama3.Reference.Checkpoints;

public sealed partial record ModelParams
{
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Reads a params.json; <paramref name="path"/> is what messages call it. Fields it does not need are ignored.</summary>
    /// <exception cref="BadInputException">A field is missing, or no model can be built with its value.</exception>
    public static ModelParams Read(Stream stream, string path)
    {
        var fields = new JsonFields(stream.ReadAll(MaxFileBytes, path), path);
        fields.RequireFalseOrMissing("use_scaled_rope", "Llama 3.1 and later scale the frequencies of RoPE, which Llama 3 does not do");
        var read = new ModelParams(
            dim: fields.Integer("dim", 65_536),
            n_layers: fields.Integer("n_layers", 1024),
            n_heads: fields.Integer("n_heads", 1024),
            n_kv_heads: fields.Integer("n_kv_heads", 1024),
            vocab_size: fields.Integer("vocab_size", 1 << 20, "-1, \"ask the tokenizer\", is of Llama 2"),
            multiple_of: fields.Integer("multiple_of", 65_536),
            ffn_dim_multiplier: fields.IsNull("ffn_dim_multiplier") ? null : fields.Number("ffn_dim_multiplier", 16),
            norm_eps: fields.Number("norm_eps", 1),
            rope_theta: fields.Number("rope_theta", 1e12));
        return read.Mismatch() is { } mismatch ? throw new BadInputException($"{path}: {mismatch}") : read;
    }

    private string? Mismatch()
    {
        if (dim % n_heads != 0) { return $"\"dim\" is {dim}, expected a multiple of \"n_heads\" ({n_heads})"; }
        if (n_heads % n_kv_heads != 0)
        {
            return $"\"n_heads\" is {n_heads}, expected a multiple of \"n_kv_heads\" ({n_kv_heads})";
        }
        return head_dim % 2 != 0 ? $"\"dim\" / \"n_heads\" is {head_dim}, expected an even number: RoPE rotates pairs" : null;
    }
}
