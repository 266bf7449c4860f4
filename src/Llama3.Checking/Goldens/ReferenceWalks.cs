using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>The reference on some tokens, in each dtype that is asked for. It keeps the results of one layer, and all outputs and caches.</summary>
/// <remarks>Not to be shared between threads.</remarks>
internal sealed class ReferenceWalks
{
    private readonly Dictionary<ScalarType, Walk> _walks = [];
    private readonly Func<ScalarType, Walk> _begin;
    private int _layer;

    private ReferenceWalks(Func<ScalarType, Walk> begin) => _begin = begin;

    /// <summary>How a walk takes tokens that nothing comes before, without a text; null for those that follow others.</summary>
    public Pass? Start { get; private init; }

    /// <summary>The reference on tokens that nothing comes before.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">The ids.</param>
    /// <param name="position">The position of the first of them.</param>
    public static ReferenceWalks First(ReferenceModel model, IReadOnlyList<long> tokens, long position = 0)
    {
        var start = CachePasses.First(Ids(tokens)) with { first_position = position };
        return new(Begin) { Start = start };

        Walk Begin(ScalarType dtype) => new(model.Checkpoint, prompt: "", dtype)
        {
            pass = start,
            Replaced = FinerPoints.compositions,
            WeightRead = name => model.WeightRead?.Invoke(name),
        };
    }

    /// <summary>The reference on the tokens that follow.</summary>
    /// <param name="tokens">The ids.</param>
    /// <param name="kept">How many tokens they follow; all of them if left out.</param>
    public ReferenceWalks Next(IReadOnlyList<long> tokens, long? kept = null)
    {
        var next = Ids(tokens);
        return new(dtype => Of(dtype).Next(next, kept));
    }

    /// <summary>What a step computes, until another layer is asked for; null if that is text, or of a layer that the model lacks.</summary>
    public Tensor? Result(ArticleStep step, Scope scope, ScalarType dtype)
    {
        var walk = Of(dtype);
        if (step.dtype is null || scope.layer >= walk.config.n_layers) { return null; }
        if (step.repeats != Repeats.Once && scope.layer != _layer)
        {
            foreach (var one in _walks.Values) { one.ForgetLayer(_layer); }
            _layer = scope.layer;
        }
        return walk[step, scope].tensor;
    }

    private static Tensor Ids(IReadOnlyList<long> tokens) => torch.tensor(tokens.ToArray()).DetachFromDisposeScope();

    private Walk Of(ScalarType dtype) => _walks.TryGetValue(dtype, out var known) ? known : _walks[dtype] = _begin(dtype);
}
