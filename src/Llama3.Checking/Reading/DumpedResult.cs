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

    /// <summary>Whether it has the last token's row alone.</summary>
    public bool IsLastRow { get; init; }

    /// <summary>What identifies it among the results of the dump.</summary>
    public (ArticleStep, Scope) Key => (Step, Scope.Of(Step));

    /// <summary>What the port dumped, in a tensor that has the rows of all tokens.</summary>
    /// <param name="whole">The rows of all tokens; the last is replaced.</param>
    /// <param name="last">The row that it dumped.</param>
    public Tensor In(Tensor whole, Tensor last) => WithLast(whole.transpose(0, Rows)[..^1], last.to_type(whole.dtype).transpose(0, Rows));

    /// <summary>A tensor with the rows alone that the port dumped: the others are 0.</summary>
    public Tensor Seen(Tensor whole)
    {
        if (!IsLastRow) { return whole; }
        var rows = whole.transpose(0, Rows);
        return WithLast(torch.zeros([rows.shape[0] - 1, .. rows.shape[1..]]).to_type(whole.dtype), rows[^1..]);
    }

    /// <summary>What the port dumped, as <see cref="Seen"/> shows a tensor of all tokens.</summary>
    /// <param name="whole">A tensor of all tokens.</param>
    /// <param name="dumped">What it dumped.</param>
    public Tensor SeenIn(Tensor whole, Tensor dumped) => IsLastRow ? Seen(In(whole, dumped)) : dumped;

    /// <summary>When it is computed: -1 before the layers, then the number of the layer, <see cref="int.MaxValue"/> after them.</summary>
    public int Stage => StageOf(Step, Scope);

    /// <summary>The <see cref="Stage"/> of any result.</summary>
    public static int StageOf(ArticleStep step, Scope scope) =>
        step.repeats != Repeats.Once ? scope.layer
        : step.number >= ArticleSteps.final_embedding.number && step != CacheSteps.positions ? int.MaxValue
        : -1;

    /// <summary>The axis of the tokens, of a result that has one.</summary>
    private int Rows => Scope.head is null && Step.repeats is Repeats.PerQueryHead or Repeats.PerKeyValueHead ? 1 : 0;

    private Tensor WithLast(Tensor before, Tensor last) => torch.cat([before, last], 0).transpose(0, Rows).contiguous();
}
