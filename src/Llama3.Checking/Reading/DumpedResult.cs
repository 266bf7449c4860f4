using Llama3.Formats.Numbers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>A step's result as a port dumped it: one tensor, or several that make it up.</summary>
/// <param name="Step">The step.</param>
/// <param name="Scope">The layer, and the head or all heads.</param>
/// <param name="Name">What the dump calls it; of several tensors the first.</param>
/// <param name="Convention">Whose name that is; empty for the step's own id.</param>
/// <param name="Notes">What is unusual in its layout.</param>
/// <param name="Read">Reads it, arranged as the reference has it.</param>
internal sealed record DumpedResult(
    ArticleStep Step, Scope Scope, string Name, string Convention, IReadOnlyList<string> Notes, Func<Tensor> Read)
{
    /// <summary>What all its numbers are written in; null if its tensors differ.</summary>
    public Dtype? Dtype { get; init; }

    /// <summary>What identifies it among the results of the dump.</summary>
    public (ArticleStep, Scope) Key => (Step, Scope.Of(Step));

    /// <summary>When it is computed: -1 before the layers, then the number of the layer, <see cref="int.MaxValue"/> after them.</summary>
    public int Stage => StageOf(Step, Scope);

    /// <summary>The <see cref="Stage"/> of any result.</summary>
    public static int StageOf(ArticleStep step, Scope scope) =>
        step.repeats != Repeats.Once ? scope.layer
        : step.number >= ArticleSteps.final_embedding.number && step != CacheSteps.positions ? int.MaxValue
        : -1;
}
