namespace Llama3.Formats.Checkpoints;

/// <summary>The parameters of a Llama 3 model, from params.json or Hugging Face's config.json; the article's <c>config</c>.</summary>
/// <param name="dim">The length of a token's embedding.</param>
/// <param name="n_layers">The number of transformer blocks.</param>
/// <param name="n_heads">The number of query heads of a block.</param>
/// <param name="n_kv_heads">The number of key/value heads of a block; each serves n_heads / n_kv_heads query heads.</param>
/// <param name="vocab_size">The number of token ids.</param>
/// <param name="multiple_of"><see cref="ffn_dim"/> is rounded up to a multiple of this; null if <see cref="intermediate_size"/> is given.</param>
/// <param name="ffn_dim_multiplier">A factor of <see cref="ffn_dim"/>; null for 1.</param>
/// <param name="norm_eps">The term that keeps rms_norm from dividing by zero.</param>
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

    /// <summary>Whether wq, wk, wv and wo have biases; in Meta's models they have none.</summary>
    public bool attention_bias { get; init; }

    /// <summary>Whether w1, w2 and w3 have biases; in Meta's models they have none.</summary>
    public bool mlp_bias { get; init; }

    /// <summary>
    /// The width of the feed-forward layer by Meta's rule: two thirds of 4 dim, times ffn_dim_multiplier, rounded up; 14336 for the 8B model.
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

    /// <summary>How fast a pair of a head rotates, in radians per position, before any scaling.</summary>
    internal double FrequencyOf(int pair) => Math.Pow(rope_theta, -2.0 * pair / head_dim);

    /// <summary>Whether a matrix has a bias.</summary>
    /// <param name="name">Such as "layers.0.attention.wq".</param>
    internal bool HasBias(string name) => name.Contains(".feed_forward.", StringComparison.Ordinal) ? mlp_bias : attention_bias;

    /// <summary>The number of query heads that share a key/value head.</summary>
    public int group_size => n_heads / n_kv_heads;

    /// <summary>The number of learnt parameters; an output matrix that is the embedding table counts once.</summary>
    public long parameters => stored_tensors.Sum(tensor => tensor.Value.Aggregate((product, size) => product * size));

    /// <summary>The tensors that a file must hold: an output matrix that is the embedding table need not be there.</summary>
    internal IEnumerable<KeyValuePair<string, long[]>> stored_tensors => tensor_shapes.Where(tensor => !(tie_word_embeddings && tensor.Key == "output.weight"));

    /// <summary>The name and shape of every tensor of the model, in the order of Meta's consolidated.00.pth.</summary>
    public IReadOnlyDictionary<string, long[]> tensor_shapes => new OrderedDictionary<string, long[]>(
    [
        new("tok_embeddings.weight", [vocab_size, dim]),
        .. Enumerable.Range(0, n_layers).SelectMany(layer => LayerShapes(layer).Concat(BiasShapes(layer))),
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

    /// <summary>As many numbers as the matrix has rows.</summary>
    private IEnumerable<KeyValuePair<string, long[]>> BiasShapes(int layer) => LayerShapes(layer)
        .Where(matrix => matrix.Value.Length == 2 && HasBias(matrix.Key))
        .Select(matrix => KeyValuePair.Create(matrix.Key.Replace(".weight", ".bias", StringComparison.Ordinal), matrix.Value[..1]));
}
