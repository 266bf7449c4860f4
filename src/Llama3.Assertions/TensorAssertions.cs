using FluentAssertions.Primitives;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;

namespace Llama3.Assertions;

/// <summary>Assertions on a tensor that a port computed.</summary>
public sealed class TensorAssertions(Tensor? subject) : ReferenceTypeAssertions<Tensor?, TensorAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "tensor";

    /// <summary>Asserts that the tensor agrees with a golden, as closely as <c>llama3verify check</c> asks of a port.</summary>
    /// <remarks>The axis of heads may come before the tokens or after them, or the heads may be side by side; the message says how the tensor was read.</remarks>
    /// <param name="golden">What it should be.</param>
    /// <param name="precision">What the port computes in.</param>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public AndConstraint<TensorAssertions> BeCloseTo(
        Golden golden, PortPrecision precision = PortPrecision.fp32, string because = "", params object[] becauseArgs)
    {
        var assertion = new GoldenAssertion(Identifier, golden, because, becauseArgs);
        if (assertion.Holds(Subject is not null, () => "there is none"))
        {
            var verdict = golden.Judge(Subject!, precision);
            assertion.Holds(verdict.Agrees, verdict.ToString);
        }
        return new AndConstraint<TensorAssertions>(this);
    }
}
