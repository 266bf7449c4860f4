using Llama3.Reference.Checkpoints;
using Llama3.Reference.Tokens;

namespace Llama3.Reference;

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

    /// <summary>[T] int64: the position of each token; 0, 1, 2, … unless the walk was given others.</summary>
    public Tensor positions => _walk.positions ?? torch.arange(this[ArticleSteps.tokens].shape[0]);

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
    public Tensor this[ArticleStep step] => Read(_scope.KeyOf(step), _walk[step, _scope].tensor, step);

    /// <summary>What a step ought to yield: for mistakes, which are told as a change of it.</summary>
    public Tensor right(ArticleStep step) => _walk.Right(step, _scope, _reads);

    /// <summary>Another layer, for every head at once.</summary>
    public Values in_layer(int layer) => new(_walk, Scope.Layer(layer), _reads);

    /// <summary>A weight outside the layers, such as "norm".</summary>
    public Tensor weight(string name) => Read($"{name}.weight", _walk.Weight($"{name}.weight"));

    /// <summary>A weight of this layer, such as "attention.wq".</summary>
    public Tensor layer_weight(string name) => weight($"layers.{layer}.{name}");

    private Tensor Read(string name, Tensor tensor, ArticleStep? step = null)
    {
        _reads.Add(new Input(name, tensor.shape, step, _scope));
        return tensor;
    }
}
