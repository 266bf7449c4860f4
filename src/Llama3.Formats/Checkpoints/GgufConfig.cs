using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>What a GGUF file says of its model, read into the same parameters as Meta's params.json, with llama.cpp's defaults.</summary>
/// <param name="fields">The metadata.</param>
/// <param name="find">A tensor by its name: of some parameters only the tensors tell.</param>
internal sealed class GgufConfig(JsonFields fields, Func<string, GgufTensorRef?> find)
{
    private const string Architecture = "llama";
    private const string Only = "only GGUF files of the architecture \"llama\" can be read";
    private const int MostHeads = 1024;

    /// <summary>Keys of models that llama.cpp runs as "llama" and that compute something else.</summary>
    private static readonly string[] Foreign = ["attention.scale", "logit_scale", "residual_scale", "embedding_scale", "attention.sliding_window"];

    /// <summary>The parameters.</summary>
    /// <exception cref="BadInputException">A key is missing, has a bad value, or belongs to another architecture.</exception>
    public ModelParams Read()
    {
        RequireLlama();
        var (dim, n_heads) = (fields.Integer(Key("embedding_length"), 65_536), fields.Integer(Key("attention.head_count"), MostHeads));
        var read = new ModelParams(
            dim: dim,
            n_layers: fields.Integer(Key("block_count"), 1024),
            n_heads: n_heads,
            n_kv_heads: Optional("attention.head_count_kv", MostHeads) ?? n_heads,
            vocab_size: VocabSize(),
            multiple_of: null,
            ffn_dim_multiplier: null,
            norm_eps: fields.Number(Key("attention.layer_norm_rms_epsilon"), 1),
            rope_theta: fields.IsNull(Key("rope.freq_base")) ? 10_000 : fields.Number(Key("rope.freq_base"), 1e12))
        {
            head_dim = Optional("attention.key_length", 65_536) ?? dim / n_heads,
            intermediate_size = fields.Integer(Key("feed_forward_length"), 1 << 20),
            attention_bias = find("blk.0.attn_q.bias") is not null,
            mlp_bias = find("blk.0.ffn_gate.bias") is not null,
            tie_word_embeddings = find(GgufNames.Output) is null,
        };
        RequireWholeHeads(read);
        return read with { rope_scaling = GgufRope.Read(fields, find(GgufNames.RopeFreqs), read) };
    }

    /// <summary>"llama.block_count"</summary>
    public static string Key(string name) => $"{Architecture}.{name}";

    private void RequireLlama()
    {
        fields.RequireText("general.architecture", Architecture, Only);
        if (!fields.IsNull("general.type")) { fields.RequireText("general.type", "model", "adapters and projectors are not whole models"); }
        if (!fields.IsNull(Key("expert_count")) && fields.Whole(Key("expert_count"), int.MaxValue) > 0)
        {
            throw fields.Error(Key("expert_count"), $"0: a mixture of experts cannot be read, {ModelParams.Only}");
        }
        foreach (var name in Foreign) { fields.RequireNullOrMissing(Key(name), ModelParams.Only); }
    }

    private void RequireWholeHeads(ModelParams model)
    {
        const string Length = "attention.key_length";
        if (Optional(Length, 65_536) % 2 == 1) { throw fields.Error(Key(Length), "an even number: RoPE rotates pairs"); }
        if (model.Mismatch(Key("embedding_length"), Key("attention.head_count"), Key("attention.head_count_kv")) is { } mismatch)
        {
            throw new BadInputException($"{fields.Place}: {mismatch}");
        }
        foreach (var name in new[] { "attention.value_length", "rope.dimension_count" })
        {
            if (Optional(name, 65_536) is { } size && size != model.head_dim) { throw fields.Error(Key(name), $"{model.head_dim}, as many as a head has"); }
        }
    }

    /// <summary>The rows of the embedding table: the number that the metadata may have is not always the same.</summary>
    private int VocabSize() => find(GgufNames.Embeddings) is { info.shape: [var rows and <= 1 << 20, _] }
        ? (int)rows
        : throw new BadInputException($"{fields.Place} holds no {GgufNames.Embeddings}, a matrix of at most {1 << 20} rows: the embedding table");

    private int? Optional(string name, int most) => fields.IsNull(Key(name)) ? null : fields.Integer(Key(name), most);
}
