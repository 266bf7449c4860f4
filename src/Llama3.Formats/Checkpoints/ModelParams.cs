namespace Llama3.Formats.Checkpoints;

/// <summary>What params.json, or Hugging Face's config.json, says about a Llama 3 model; the article's <c>config</c>.</summary>
/// <param name="dim">The length of a token's embedding.</param>
/// <param name="n_layers">How many transformer blocks follow each other.</param>
/// <param name="n_heads">How many heads of queries a block has.</param>
/// <param name="n_kv_heads">How many heads of keys and values a block has; each serves n_heads / n_kv_heads heads of queries.</param>
/// <param name="vocab_size">How many token ids there are.</param>
/// <param name="multiple_of">What <see cref="ffn_dim"/> is rounded up to a multiple of; null if <see cref="intermediate_size"/> says it.</param>
/// <param name="ffn_dim_multiplier">Stretches <see cref="ffn_dim"/>, if given.</param>
/// <param name="norm_eps">Keeps rms_norm from dividing by zero.</param>
/// <param name="rope_theta">The base of the rotations' frequencies.</param>
public sealed partial record ModelParams(
    int dim,
    int n_layers,
    int n_heads,
    int n_kv_heads,
    int vocab_size,
    int? multiple_of,
    double? ffn_dim_multiplier,
    double norm_eps,
    double rope_theta)
{
    /// <summary>The length of one head's query, key or value: dim / n_heads unless the file says otherwise.</summary>
    public int head_dim
    {
        get => field == 0 ? dim / n_heads : field;
        init => field = value == dim / n_heads ? 0 : value;
    }

    /// <summary><see cref="ffn_dim"/> as config.json has it; null in params.json, where it follows from the other fields.</summary>
    public int? intermediate_size { get; init; }

    /// <summary>How the rotations' frequencies are scaled in Llama 3.1 and later; null in Llama 3.</summary>
    public RopeScaling? rope_scaling { get; init; }

    /// <summary>Whether the output matrix is the embedding table, as in the small models of Llama 3.2.</summary>
    public bool tie_word_embeddings { get; init; }

    /// <summary>
    /// The width of the feed-forward layer by Meta's rule: two thirds of 4 dim, stretched, rounded up; 14336 for the 8B model.
    /// </summary>
    public int ffn_dim
    {
        get
        {
            if (intermediate_size is { } given) { return given; }
            var two_thirds = 2 * 4 * dim / 3;
            var stretched = ffn_dim_multiplier is { } factor ? (int)(factor * two_thirds) : two_thirds;
            var step = multiple_of ?? 1;
            return step * ((stretched + step - 1) / step);
        }
    }

    /// <summary>How many heads of queries share a head of keys and values.</summary>
    public int group_size => n_heads / n_kv_heads;

    /// <summary>How many numbers the model has learnt; an output matrix that is the embedding table counts once.</summary>
    public long parameters => tensor_shapes.Where(tensor => !(tie_word_embeddings && tensor.Key == "output.weight"))
        .Sum(tensor => tensor.Value.Aggregate((product, size) => product * size));

    /// <summary>The name and shape of every tensor of the model, in the order of Meta's consolidated.00.pth.</summary>
    public IReadOnlyDictionary<string, long[]> tensor_shapes => new OrderedDictionary<string, long[]>(
    [
        new("tok_embeddings.weight", [vocab_size, dim]),
        .. Enumerable.Range(0, n_layers).SelectMany(LayerShapes),
        new("norm.weight", [dim]),
        new("output.weight", [vocab_size, dim]),
    ]);

    private KeyValuePair<string, long[]>[] LayerShapes(int layer) =>
    [
        new($"layers.{layer}.attention.wq.weight", [n_heads * head_dim, dim]),
        new($"layers.{layer}.attention.wk.weight", [n_kv_heads * head_dim, dim]),
        new($"layers.{layer}.attention.wv.weight", [n_kv_heads * head_dim, dim]),
        new($"layers.{layer}.attention.wo.weight", [dim, n_heads * head_dim]),
        new($"layers.{layer}.feed_forward.w1.weight", [ffn_dim, dim]),
        new($"layers.{layer}.feed_forward.w3.weight", [ffn_dim, dim]),
        new($"layers.{layer}.feed_forward.w2.weight", [dim, ffn_dim]),
        new($"layers.{layer}.attention_norm.weight", [dim]),
        new($"layers.{layer}.ffn_norm.weight", [dim]),
    ];
}
