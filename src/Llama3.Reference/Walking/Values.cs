using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Reference.Walking;

/// <summary>What a step may read: the model, the prompt, weights and the results of other steps.</summary>
/// <remarks>What the article calls these, such as <c>layer_input</c>, is in StepInputs.cs.</remarks>
internal sealed class Values
{
    private readonly Walk _walk;
    private readonly ArticleStep _reader;
    private readonly Scope _scope;
    private readonly List<Input> _reads;
    private readonly (ArticleStep Step, Func<Values, StepResult> Run)? _before;

    internal Values(Walk walk, ArticleStep reader, Scope scope, List<Input> reads) =>
        (_walk, _reader, _scope, _reads) = (walk, reader, scope, reads);

    private Values(Walk walk, ArticleStep reader, Scope scope, List<Input> reads, (ArticleStep, Func<Values, StepResult>)? before)
        : this(walk, reader, scope, reads) => _before = before;

    /// <summary>The fields of params.json.</summary>
    public ModelParams config => _walk.config;

    /// <summary>The text to continue.</summary>
    public string prompt => _walk.prompt;

    /// <summary>The checkpoint's tokenizer.</summary>
    public ITokenizer tokenizer => _walk.tokenizer;

    /// <summary>Where the notebook says bfloat16: bfloat16, or float32 in a walk at full precision.</summary>
    public ScalarType dtype => _walk.dtype;

    /// <summary>[T] int64: positions that were given to the walk; null for 0, 1, 2, … or those that follow the tokens in a cache.</summary>
    public Tensor? given_positions => _walk.positions;

    /// <summary>What this pass starts from; null without a cache.</summary>
    public Pass? pass => _walk.pass;

    /// <summary>Which layer is computed; 0 in the article.</summary>
    public int layer => _scope.layer;

    /// <summary>Which head is computed; 0 in the article, null for all heads at once.</summary>
    public int? head => _scope.head;

    /// <summary>The same layer for every head at once.</summary>
    public Values every_head => in_layer(layer);

    /// <summary>The tensor that a step computes.</summary>
    public Tensor this[ArticleStep step] => Read(_scope.KeyOf(step), step.in_article, () => Rounded(step.in_article, _walk[step.in_article, _scope].tensor));

    /// <summary>What a step computes when it is right: for mistakes, which are described as a change of it.</summary>
    public Tensor right(ArticleStep step) => Read(_scope.KeyOf(step), step, () =>
        _before is var (changed, run) && changed == step ? run(new Values(_walk, _reader, _scope, _reads)).tensor : _walk.Right(step, _scope, _reads));

    /// <summary>Another layer, for every head at once.</summary>
    public Values in_layer(int layer) => new(_walk, _reader, Scope.Layer(layer), _reads, _before);

    /// <summary>A weight outside the layers, such as "norm".</summary>
    public Tensor weight(string name) => Stored($"{name}.weight");

    /// <summary>A weight of this layer, such as "attention.wq".</summary>
    public Tensor layer_weight(string name) => weight($"layers.{layer}.{name}");

    /// <summary>A bias of this layer by the name of its matrix, such as "attention.wq".</summary>
    public Tensor layer_bias(string name) => Stored($"layers.{layer}.{name}.bias");

    /// <summary>The same, where a step's right result is what another mistake computes: so that two mistakes in one step come together.</summary>
    internal Values After(ArticleStep step, Func<Values, StepResult> before) => new(_walk, _reader, _scope, _reads, (step, before));

    private Tensor Rounded(ArticleStep step, Tensor result) => _walk.Rounding?.Invoke(_reader, _scope.layer, step, result) ?? result;

    private Tensor Stored(string name) => Read(name, null, () => _walk.Weight(name));

    /// <summary>Notes what is read before it is found: it may not be there.</summary>
    private Tensor Read(string name, ArticleStep? step, Func<Tensor> find)
    {
        var (at, input) = (_reads.Count, new Input(name, [], step, _scope));
        _reads.Add(input);
        var tensor = find();
        _reads[at] = input with { Shape = tensor.shape };
        return tensor;
    }
}
