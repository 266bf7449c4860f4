namespace Llama3.Checking.Comparing;

/// <summary>What the errors of a table's elements are measured by. Over the whole table the first frequency, 1, would hide an error of the last, 3e-6.</summary>
internal static class ElementScale
{
    /// <summary>What the largest of these errors is called.</summary>
    public const string Measure = "largest relative error";

    /// <summary>
    /// For each number of a tensor its own size, and 1 where that is 0. For a cosine or sine the angle, and at least 1: an error of the
    /// frequency moves it by as much as the angle is large.
    /// </summary>
    /// <param name="expected">The right table.</param>
    /// <param name="angles">The angles of which a table of complex numbers holds cosine and sine, [T, head_dim/2]; null where they are not known.</param>
    public static double[] Of(Tensor expected, Tensor? angles) => expected.dtype != ScalarType.ComplexFloat32
        ? [.. expected.ToSingles().Select(value => value == 0 ? 1 : Math.Abs((double)value))]
        : angles is null ? [.. Enumerable.Repeat(1.0, 2 * (int)expected.numel())]
        : [.. angles.ToSingles().Select(angle => Math.Max(1, Math.Abs((double)angle))).SelectMany(scale => (double[])[scale, scale])];
}
