using FluentAssertions.Collections;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Formats.Input;

namespace Llama3.Assertions;

/// <summary>Should() for what a port computes.</summary>
public static class AssertionExtensions
{
    /// <summary>Assertions on a tensor.</summary>
    public static TensorAssertions Should(this Tensor? actualValue) => new(actualValue);

    /// <summary>Assertions on all that a port computed.</summary>
    public static PortReportAssertions Should(this PortReport? actualValue) => new(actualValue);

    /// <summary>Asserts that numbers in row-major order, laid out as the golden is, agree with it. A complex number counts as two.</summary>
    /// <remarks>For another layout: <c>torch.tensor(values, [17, 80]).Should()</c>.</remarks>
    /// <param name="values">The numbers.</param>
    /// <param name="golden">What they should be.</param>
    /// <param name="precision">What the port computes in.</param>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<float>> BeCloseTo(
        this GenericCollectionAssertions<float> values,
        Golden golden,
        PortPrecision precision = PortPrecision.fp32,
        string because = "",
        params object[] becauseArgs) => Are(values, golden, (numbers, shape) => torch.tensor(numbers, shape), precision, because, becauseArgs);

    /// <summary>The same for numbers in double. They are rounded to float32: goldens are no more exact.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="golden">What they should be.</param>
    /// <param name="precision">What the port computes in.</param>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<double>> BeCloseTo(
        this GenericCollectionAssertions<double> values,
        Golden golden,
        PortPrecision precision = PortPrecision.fp32,
        string because = "",
        params object[] becauseArgs) =>
        Are(values, golden, (numbers, shape) => torch.tensor(Array.ConvertAll(numbers, number => (float)number), shape), precision, because, becauseArgs);

    /// <summary>The same for ids. They must be equal.</summary>
    /// <param name="values">The ids.</param>
    /// <param name="golden">What they should be: tokens, positions or next_token.</param>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<long>> BeCloseTo(
        this GenericCollectionAssertions<long> values, Golden golden, string because = "", params object[] becauseArgs) =>
        Are(values, golden, (ids, shape) => torch.tensor(ids, shape), PortPrecision.fp32, because, becauseArgs);

    private static AndConstraint<GenericCollectionAssertions<T>> Are<T>(
        GenericCollectionAssertions<T> values,
        Golden golden,
        Func<T[], long[], Tensor> tensor,
        PortPrecision precision,
        string because,
        object[] becauseArgs)
    {
        long[] shape = golden.Step.dtype == ScalarType.ComplexFloat32 ? [.. golden.Shape, 2] : [.. golden.Shape];
        var numbers = values.Subject?.ToArray();
        var assertion = new GoldenAssertion("values", golden, because, becauseArgs);
        if (assertion.Holds(numbers?.Length == shape.Aggregate(1L, (product, size) => product * size), () => Miscounted(numbers?.Length, shape, golden)))
        {
            var verdict = golden.Judge(tensor(numbers!, shape), precision);
            assertion.Holds(verdict.Agrees, verdict.ToString);
        }
        return new AndConstraint<GenericCollectionAssertions<T>>(values);
    }

    private static string Miscounted(int? count, long[] shape, Golden golden) =>
        $"{(count is null ? "there are none" : $"there are {count} numbers")}, "
        + $"expected those of {Printable.Shape(shape)}, {golden.Step.shape_in(golden.Scope)}";
}
