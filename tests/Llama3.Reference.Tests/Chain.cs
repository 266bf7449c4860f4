using Llama3.Reference.Checking;

namespace Llama3.Reference.Tests;

/// <summary>A walk whose steps build on each other, held against the goldens: errors of all earlier steps add up.</summary>
internal static class Chain
{
    /// <summary>float32: honest ports with other orders of summation reach at most 0.43 of it over the whole chain.</summary>
    private const double Limit = 1e-4;

    /// <summary>bfloat16: how much further from the float32 goldens than the notebook's own bfloat16.</summary>
    private const double Factor = 3;

    /// <summary>The keys of the results that lie too far from their goldens, in all layers and heads.</summary>
    public static IEnumerable<string> LeavesGoldens(Walk walk) =>
        from scope in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer).Prepend(Scope.Article)
        from step in ArticleSteps.all
        let key = scope.KeyOf(step)
        where !Stays(walk[step, scope], key, walk.dtype)
        select key;

    private static bool Stays(StepResult actual, string key, ScalarType dtype)
    {
        var (golden, truth) = (Golden(key, dtype), Golden(key, ScalarType.Float32));
        if (golden.text is { } text) { return actual.text!.SequenceEqual(text); }
        var room = dtype == ScalarType.BFloat16 ? Math.Max(Limit, Factor * Comparison.DistanceBetween(golden.tensor, truth.tensor)) : Limit;
        return actual.tensor.shape.SequenceEqual(truth.tensor.shape) && Comparison.DistanceBetween(actual.tensor, truth.tensor) <= room;
    }

    private static StepResult Golden(string key, ScalarType dtype) => GoldenCase.Article.Results(dtype)[key];
}
