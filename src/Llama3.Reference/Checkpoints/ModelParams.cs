namespace Llama3.Reference.Checkpoints;

/// <summary>What params.json says about a Llama 3 model; the article's <c>config</c>.</summary>
/// <param name="dim">The length of a token's embedding.</param>
/// <param name="n_layers">How many transformer blocks follow each other.</param>
/// <param name="n_heads">How many heads of queries a block has.</param>
/// <param name="n_kv_heads">How many heads of keys and values a block has; each serves n_heads / n_kv_heads heads of queries.</param>
/// <param name="vocab_size">How many token ids there are.</param>
/// <param name="multiple_of">What <see cref="ffn_dim"/> is rounded up to a multiple of.</param>
/// <param name="ffn_dim_multiplier">Stretches <see cref="ffn_dim"/>, if given.</param>
/// <param name="norm_eps">Keeps rms_norm from dividing by zero.</param>
/// <param name="rope_theta">The base of the rotations' frequencies.</param>
public sealed partial record ModelParams(
    int dim,
    int n_layers,
    int n_heads,
    int n_kv_heads,
    int vocab_size,
    int multiple_of,
    double? ffn_dim_multiplier,
    double norm_eps,
    double rope_theta)
{
    /// <summary>The length of one head's query, key or value.</summary>
    public int head_dim => dim / n_heads;

    /// <summary>
    /// The width of the feed-forward layer by Meta's rule: two thirds of 4 dim, stretched, rounded up; 14336 for the 8B model.
    /// </summary>
    public int ffn_dim
    {
        get
        {
            var two_thirds = 2 * 4 * dim / 3;
            var stretched = ffn_dim_multiplier is { } factor ? (int)(factor * two_thirds) : two_thirds;
            return multiple_of * ((stretched + multiple_of - 1) / multiple_of);
        }
    }

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
