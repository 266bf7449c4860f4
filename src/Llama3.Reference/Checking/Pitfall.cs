namespace Llama3.Reference.Checking;

/// <summary>A mistake that ports make, with the wrong computation itself: tests prove that the goldens catch it, messages call it by name.</summary>
/// <param name="Name">Short, in snake_case.</param>
/// <param name="Mistake">What went wrong, as one plain sentence.</param>
/// <param name="Wrong">What the steps that it spoils compute instead.</param>
public sealed record Pitfall(string Name, string Mistake, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Wrong)
{
    /// <summary>The mistakes, if any, that yield this very result from the same inputs.</summary>
    public static IEnumerable<Pitfall> Recognise(ArticleStep step, Walk walk, Scope scope, Tensor actual, Tolerance tolerance) =>
        Pitfalls.All.Where(pitfall => pitfall.Wrong.ContainsKey(step) && pitfall.Explains(step, walk, scope, actual, tolerance));

    private bool Explains(ArticleStep step, Walk walk, Scope scope, Tensor actual, Tolerance tolerance)
    {
        try
        {
            var wrong = walk.With(Wrong).Run(step, scope).Result.tensor;
            return wrong.dtype == actual.dtype && wrong.shape.SequenceEqual(actual.shape) && Comparison.Of(actual, wrong, tolerance).Agrees;
        }
        catch (KeyNotFoundException)
        {
            return false; // It reads a result that these goldens do not hold.
        }
    }
}
