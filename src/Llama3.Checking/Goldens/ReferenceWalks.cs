using System.Collections.Concurrent;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>The reference on some tokens, in each dtype that is asked for. Of a finished layer it keeps what later layers and passes need.</summary>
internal sealed class ReferenceWalks
{
    private readonly ConcurrentDictionary<ScalarType, Walk> _walks = new();
    private readonly Func<ScalarType, Walk> _begin;

    private ReferenceWalks(Func<ScalarType, Walk> begin) => _begin = begin;

    /// <summary>How a walk takes tokens that nothing comes before, without a text; null for those that follow others.</summary>
    public Pass? Start { get; private init; }

    /// <summary>The reference on tokens that nothing comes before.</summary>
    public static ReferenceWalks First(GoldenModel model, IReadOnlyList<long> tokens)
    {
        var start = CachePasses.First(torch.tensor(tokens.ToArray()));
        return new(dtype => new Walk(model.Checkpoint, prompt: "", dtype) { pass = start, Replaced = FinerPoints.compositions }) { Start = start };
    }

    /// <summary>The reference on the tokens that follow.</summary>
    public ReferenceWalks Next(IReadOnlyList<long> tokens) => new(dtype => Of(dtype).Next(torch.tensor(tokens.ToArray())));

    /// <summary>What a step computes; null if that is text.</summary>
    public Tensor? Result(ArticleStep step, Scope scope, ScalarType dtype) => step.dtype is null ? null : Of(dtype)[step, scope].tensor;

    private Walk Of(ScalarType dtype) => _walks.GetOrAdd(dtype, _begin);
}
