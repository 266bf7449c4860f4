using Llama3.Reference.Walking;

namespace Llama3.Checking.Comparing;

/// <summary>Compares the results of steps: text or tensors.</summary>
internal static class StepResultComparison
{
    /// <summary>Whether two results are text and equal, or tensors of the same shape and dtype within a tolerance.</summary>
    public static bool IsCloseTo(this StepResult actual, StepResult expected, Tolerance tolerance)
    {
        if (actual.text is not null && expected.text is not null) { return actual.text.SequenceEqual(expected.text); }
        if (actual.text is not null || expected.text is not null) { return false; }
        return actual.tensor.dtype == expected.tensor.dtype && actual.tensor.shape.SequenceEqual(expected.tensor.shape)
            && Comparison.Of(actual.tensor, expected.tensor, tolerance).Agrees;
    }
}
