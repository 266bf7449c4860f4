using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// The tensors of dumped results, in the reference's layout. A tensor is read when it is first asked for, and remembered until
/// <see cref="Forget"/>. Nothing is computed here.
/// </summary>
/// <param name="results">What was dumped.</param>
/// <param name="order">The layers whose queries and keys are in half-split order.</param>
internal sealed class DumpedTensors(DumpedResults results, HalfSplit order)
{
    private readonly Dictionary<(ArticleStep, Scope), StepResult> _read = [];

    /// <summary>What was dumped.</summary>
    public DumpedResults Results => results;

    /// <summary>What the port dumped for a step, with pairs side by side; null if it did not.</summary>
    public StepResult? Find(ArticleStep step, Scope scope)
    {
        var key = (step, scope.Of(step));
        if (_read.TryGetValue(key, out var known)) { return known; }
        if (AsDumped(step, scope) is not { } tensor) { return null; }
        // A step may ask for it, and the step's dispose scope ends earlier than the use of the dump.
        return _read[key] = order.Undo(tensor, step, scope.layer).DetachFromDisposeScope();
    }

    /// <summary>The same with queries and keys in the order in which they were dumped. Each call reads it again.</summary>
    public Tensor? AsDumped(ArticleStep step, Scope scope)
    {
        if (results.Find(step, scope) is not { } result) { return null; }
        var isOneOfAll = result.Scope.head is null && scope.head is not null && step.heads_in(results.Model) is not null;
        return isOneOfAll ? result.Read()[scope.head!.Value] : result.Read();
    }

    /// <summary>Forgets what has been read: at the end of a layer little of it is needed again.</summary>
    public void Forget() => _read.Clear();
}
