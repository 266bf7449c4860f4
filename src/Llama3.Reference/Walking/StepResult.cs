namespace Llama3.Reference.Walking;

/// <summary>What a step computes: a tensor, or (prompt_split_as_tokens alone) text.</summary>
internal sealed class StepResult : IDisposable
{
    private readonly Tensor? _tensor;

    private StepResult(Tensor? tensor, IReadOnlyList<string>? text) => (_tensor, this.text) = (tensor, text);

    /// <summary>The pieces of text, or null if the result is a tensor.</summary>
    public IReadOnlyList<string>? text { get; }

    /// <summary>The tensor.</summary>
    /// <exception cref="InvalidOperationException">The result is text.</exception>
    public Tensor tensor => _tensor ?? throw new InvalidOperationException("the result is text, not a tensor");

    /// <summary>Frees the tensor.</summary>
    public void Dispose() => _tensor?.Dispose();

    /// <summary>Takes the tensor out of the dispose scope in which it was computed.</summary>
    /// <remarks>Under a handle of its own: a step may pass on one of its inputs, which must outlive this result.</remarks>
    internal StepResult Keep() => _tensor is null
        ? this
        : _tensor.alias().DetachFromDisposeScope();

    /// <summary>A result that is a tensor.</summary>
    public static implicit operator StepResult(Tensor tensor) => new(tensor ?? throw new ArgumentNullException(nameof(tensor)), null);

    /// <summary>A result that is text.</summary>
    public static implicit operator StepResult(string[] text) => new(null, text);
}
