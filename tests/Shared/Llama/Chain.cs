using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Tests;

/// <summary>A walk whose steps build on each other, held against the goldens: errors of all earlier steps add up.</summary>
internal static class Chain
{
    /// <summary>float32: a step on golden inputs stays within 1e-5; over the whole chain ten times that is allowed.</summary>
    private const double Limit = 1e-4;

    /// <summary>bfloat16: how much further from the float32 goldens than the notebook's own bfloat16.</summary>
    private const double Factor = 3;

    /// <summary>The results that are too far from their goldens, in all layers and heads.</summary>
    public static IEnumerable<string> LeavesGoldens(Walk walk)
    {
        var scopes = Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer).Prepend(Scope.Article);
        return (from scope in scopes from step in ArticleSteps.all select (step, scope))
            .DistinctBy(result => result.scope.KeyOf(result.step))
            .Where(result => !Stays(walk[result.step, result.scope], result.step, result.scope.KeyOf(result.step), walk.dtype))
            .Select(result => result.scope.KeyOf(result.step));
    }

    private static bool Stays(StepResult actual, ArticleStep step, string key, ScalarType dtype)
    {
        var (golden, truth) = (Golden(key, dtype), Golden(key, ScalarType.Float32));
        if (step.dtype is null or ScalarType.Int64 || step == ArticleSteps.mask)
        {
            return actual.IsCloseTo(golden, new Tolerance(Rule.Exact, 0, "nothing is rounded here"));
        }
        var room = dtype == ScalarType.BFloat16 ? Math.Max(Limit, Factor * Comparison.DistanceBetween(golden.tensor, truth.tensor)) : Limit;
        return actual.tensor.dtype == golden.tensor.dtype && actual.tensor.shape.SequenceEqual(golden.tensor.shape)
            && Comparison.DistanceBetween(actual.tensor, truth.tensor) <= room;
    }

    private static StepResult Golden(string key, ScalarType dtype) => MicroModel.Micro.Article.Results(dtype)[key];
}
