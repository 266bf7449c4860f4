using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Reference.Walking;

/// <summary>What a step may read: the model, the prompt, weights and the results of other steps.</summary>
public sealed class Values
{
    private readonly Walk _walk;
    private readonly Scope _scope;
    private readonly List<Input> _reads;

    internal Values(Walk walk, Scope scope, List<Input> reads) => (_walk, _scope, _reads) = (walk, scope, reads);

    /// <summary>The fields of params.json.</summary>
    public ModelParams config => _walk.config;

    /// <summary>The text to continue.</summary>
    public string prompt => _walk.prompt;

    /// <summary>The checkpoint's tokenizer.</summary>
    public ITokenizer tokenizer => _walk.tokenizer;

    /// <summary>Where the notebook says bfloat16: bfloat16, or float32 in a walk at full precision.</summary>
    public ScalarType dtype => _walk.dtype;

    /// <summary>[T] int64: the position of each token; 0, 1, 2, … unless the walk was given others, or goes on behind tokens that are kept.</summary>
    public Tensor positions => _walk.positions
        ?? (_walk.pass is null ? torch.arange(this[ArticleSteps.tokens].shape[0]) : this[CacheSteps.positions]);

    /// <summary>N, how many tokens came before the new ones; 0 without a cache.</summary>
    public long kept => _walk.pass?.kept ?? 0;

    /// <summary>[M] int64: the tokens of this pass; without a cache all of them.</summary>
    public Tensor new_tokens => _walk.pass?.tokens ?? this[ArticleSteps.tokens];

    /// <summary>[N, head_dim], or [n_kv_heads, N, head_dim]: the keys in the cache; null where there are none.</summary>
    public Tensor? kept_keys => of_head(_walk.pass?.keys(layer));

    /// <summary>[N, head_dim], or [n_kv_heads, N, head_dim]: the values in the cache; null where there are none.</summary>
    public Tensor? kept_values => of_head(_walk.pass?.values(layer));

    /// <summary>The keys that the queries meet: those in the cache, or without one those of this walk.</summary>
    public Tensor keys => this[_walk.pass is null ? ArticleSteps.k_per_token_rotated : CacheSteps.k_cache];

    /// <summary>The values that attention mixes: those in the cache, or without one those of this walk.</summary>
    public Tensor values => this[_walk.pass is null ? ArticleSteps.v_per_token : CacheSteps.v_cache];

    /// <summary>What this pass starts from; null without a cache.</summary>
    public Pass? pass => _walk.pass;

    /// <summary>Which layer is computed; 0 in the article.</summary>
    public int layer => _scope.layer;

    /// <summary>Which head is computed; 0 in the article, null for all heads at once.</summary>
    public int? head => _scope.head;

    /// <summary>[T, dim]: the embeddings for layer 0, the previous layer's output for the others.</summary>
    public Tensor layer_input => layer == 0
        ? this[ArticleSteps.token_embeddings_unnormalized]
        : in_layer(layer - 1)[ArticleSteps.layer_0_embedding];

    /// <summary>The same layer for every head at once.</summary>
    public Values every_head => in_layer(layer);

    /// <summary>The tensor that a step yields.</summary>
    public Tensor this[ArticleStep step] => Read(_scope.KeyOf(step), _walk[step.in_article, _scope].tensor, step.in_article);

    /// <summary>What a step ought to yield: for mistakes, which are told as a change of it.</summary>
    public Tensor right(ArticleStep step) => _walk.Right(step, _scope, _reads);

    /// <summary>Another layer, for every head at once.</summary>
    public Values in_layer(int layer) => new(_walk, Scope.Layer(layer), _reads);

    /// <summary>A weight outside the layers, such as "norm".</summary>
    public Tensor weight(string name) => Read($"{name}.weight", _walk.Weight($"{name}.weight"));

    /// <summary>A weight of this layer, such as "attention.wq".</summary>
    public Tensor layer_weight(string name) => weight($"layers.{layer}.{name}");

    private Tensor? of_head(Tensor? per_head) => head is { } one ? per_head?[one] : per_head;

    private Tensor Read(string name, Tensor tensor, ArticleStep? step = null)
    {
        _reads.Add(new Input(name, tensor.shape, step, _scope));
        return tensor;
    }
}
