using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Comparing;

/// <summary>How wrong a tensor is along one axis, index by index: so "head 3" is found, if the other heads are right.</summary>
/// <param name="Axis">As <see cref="AxisNames"/> has it: "head", "token", "key", "dim", "row", "column", "pair" or "part".</param>
/// <param name="RelL2">Per index: the length of the difference over the length of the expected values there.</param>
internal sealed record AxisErrors(string Axis, IReadOnlyList<double> RelL2)
{
    /// <summary>A longer axis, such as that of the vocabulary, tells a reader nothing.</summary>
    private const long Longest = 512;

    /// <summary>The errors along every axis of a step's result; where heads are side by side, along the heads too.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="n_heads">How many heads are side by side in <c>stacked_qkv_attention</c>.</param>
    /// <param name="actual">What the port dumped.</param>
    /// <param name="expected">What it should be, of the same shape.</param>
    internal static IReadOnlyList<AxisErrors> Of(ArticleStep step, Scope scope, int n_heads, Tensor actual, Tensor expected)
    {
        if (step != ArticleSteps.stacked_qkv_attention) { return Of(step.shape_in(scope), actual, expected); }
        long[] heads = [actual.shape[0], n_heads, -1];
        return Of(new Shape("T n_heads head_dim"), actual.reshape(heads), expected.reshape(heads));
    }

    /// <summary>The errors along every axis of a tensor.</summary>
    /// <param name="shape">The names of the axes.</param>
    /// <param name="actual">What the port dumped.</param>
    /// <param name="expected">What it should be, of the same shape.</param>
    internal static IReadOnlyList<AxisErrors> Of(Shape shape, Tensor actual, Tensor expected)
    {
        var names = AxisNames.Of(shape);
        var (a, e) = (actual.ToSingles(), expected.ToSingles());
        // A complex number counts as two.
        var perElement = actual.dtype == ScalarType.ComplexFloat32 ? 2 : 1;
        return [.. Enumerable.Range(0, (int)actual.ndim)
            .Where(axis => actual.shape[axis] is > 1 and <= Longest)
            .Select(axis => new AxisErrors(names[axis], Along(axis, actual.shape, perElement, a, e)))];
    }

    /// <summary>The indexes along heads or tokens whose error is beyond a limit, where others are within it; none otherwise.</summary>
    public static IEnumerable<(string Axis, IReadOnlyList<int> Indexes)> Confined(IReadOnlyList<AxisErrors> places, double limit) =>
        from place in places
        where place.Axis is "head" or "token"
        let wrong = place.RelL2.Index().Where(error => !(error.Item <= limit)).Select(error => error.Index).ToList()
        where wrong.Count > 0 && wrong.Count < place.RelL2.Count
        select (place.Axis, (IReadOnlyList<int>)wrong);

    private static double[] Along(int axis, long[] shape, int perElement, float[] actual, float[] expected)
    {
        var inner = perElement * shape[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
        var (errors, norms) = (new double[shape[axis]], new double[shape[axis]]);
        for (var i = 0; i < actual.Length; i++)
        {
            var at = i / inner % shape[axis];
            var difference = actual[i].Equals(expected[i]) ? 0 : (double)actual[i] - expected[i];
            errors[at] += double.IsFinite(difference) ? difference * difference : double.PositiveInfinity;
            if (float.IsFinite(expected[i])) { norms[at] += (double)expected[i] * expected[i]; }
        }
        return [.. errors.Zip(norms, (error, norm) => error == 0 ? 0 : Math.Sqrt(error / norm))];
    }
}
