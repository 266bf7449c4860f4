using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Checking.Relations;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// Finds out what a wrong tensor is instead: authors of dumps mix up names and layers, and dump too early or too late. Its rule: the tensor is
/// another golden of the same shape and dtype, or its own golden with the last two axes exchanged; and it is nearer to that than to its own. A
/// golden that has a second key, as layer 0 has those of the article, is as near under both. Without goldens it is looked for among what the reference
/// computes in the same layer; if the dump alone is wrong, in the layer before and the next one too.
/// </summary>
internal static class DumpedInstead
{
    /// <summary>The largest distance: beyond the roundings of any precision, and far below that of two different results.</summary>
    private const double Near = 0.03;

    /// <summary>How much nearer than its own golden another must be, at least.</summary>
    private const double Nearer = 0.5;

    /// <summary>What a dumped tensor is, such as "q_per_token_rotated of layer 0" or "its own transpose"; null if it is nothing known.</summary>
    public static string? Of(DumpedRun dump, JudgedResult result)
    {
        var (actual, own) = (dump.Find(result.Step, result.Scope)!.tensor, result.Scope.KeyOf(result.Step));
        var golden = dump.Golden.Expected(result.Step, result.Scope, ScalarType.Float32);
        var near = golden is not null && Lookalike.IsNear(actual, golden, double.PositiveInfinity)
            ? Math.Min(Near, Nearer * Comparison.DistanceBetween(actual, golden))
            : Near;
        return OtherGolden(Others(dump, result, actual), actual, own, near) ?? OwnTranspose(actual, golden, near) ?? OtherMatrix.Of(dump, result);
    }

    /// <summary>Those of whole layers come first: of layer 0, the article's own are parts of them.</summary>
    private static string? OtherGolden(IEnumerable<KeyValuePair<string, StepResult>> others, Tensor actual, string own, double near) =>
        Lookalike.KeysOf(others, actual, own, near)
            .OrderByDescending(key => key.StartsWith("layers.", StringComparison.Ordinal))
            .Select(Text)
            .FirstOrDefault();

    private static IEnumerable<KeyValuePair<string, StepResult>> Others(DumpedRun dump, JudgedResult result, Tensor actual)
    {
        if (dump.Golden.Walks is not { } walks) { return dump.Golden.Results(ScalarType.Float32); }
        var layer = result.Stage == int.MaxValue ? dump.Checkpoint.Params.n_layers - 1 : Math.Max(0, result.Stage);
        return from near in result.OnlyDumped ? [layer, layer - 1, layer + 1] : new[] { layer }
               where near >= 0 && near < dump.Checkpoint.Params.n_layers
               let scope = Scope.Layer(near)
               from step in Aliases.DumpableWithCache
               where (near == layer || step.repeats != Repeats.Once) && DumpedResult.StageOf(step, scope) <= result.Stage + 1L && HasShape(step, scope, dump, actual)
               select KeyValuePair.Create(scope.KeyOf(step), (StepResult)walks.Result(step, scope, ScalarType.Float32)!);
    }

    private static bool HasShape(ArticleStep step, Scope scope, DumpedRun dump, Tensor actual) => step.dtype is not null
        && step.shape_in(scope).Sizes(dump.Checkpoint.Params, dump.Tokens, dump.Golden.Kept + dump.Tokens).SequenceEqual(actual.shape);

    private static string? OwnTranspose(Tensor actual, Tensor? golden, double near) =>
        actual.ndim > 1 && golden is not null && Lookalike.IsNear(actual.transpose(-1, -2), golden, near) ? "its own transpose" : null;

    private static string Text(string key) => key.Split('.') is ["layers", var layer, var id] ? $"{id} of layer {layer}" : key;
}
