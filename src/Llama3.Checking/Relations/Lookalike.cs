using Llama3.Checking.Comparing;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Relations;

/// <summary>Finds results that a wrong one is instead.</summary>
internal static class Lookalike
{
    /// <summary>The keys of the results that have the same shape and dtype and are near; the result's own key is not among them.</summary>
    /// <param name="results">What was computed of the same tokens, by key.</param>
    /// <param name="actual">The wrong result.</param>
    /// <param name="own">Its key.</param>
    /// <param name="near">The largest distance.</param>
    public static IEnumerable<string> KeysOf(IEnumerable<KeyValuePair<string, StepResult>> results, Tensor actual, string own, double near) => results
        .Where(result => result.Key != own && result.Value.text is null && IsNear(actual, result.Value.tensor, near))
        .Select(result => result.Key);

    /// <summary>Whether two tensors are alike. A few ids may be equal by chance: that says nothing.</summary>
    public static bool IsNear(Tensor actual, Tensor other, double near) => actual.dtype == other.dtype && actual.dtype != ScalarType.Int64
        && actual.shape.SequenceEqual(other.shape) && Comparison.DistanceBetween(actual, other) < near;
}
