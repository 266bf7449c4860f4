using Llama3.Checking.Comparing;
using Llama3.Checking.Reading;

namespace Llama3.Checking.Judging;

/// <summary>
/// Finds out what a wrong tensor is instead: authors of dumps mix up names and layers, and dump too early or too late. Its rule: the tensor is
/// another golden of the same shape and dtype, or its own golden with the last two axes exchanged.
/// </summary>
internal static class Lookalike
{
    /// <summary>The largest distance: beyond the roundings of any precision, and far below that of two different results.</summary>
    private const double Near = 0.03;

    /// <summary>What a dumped tensor is, such as "q_per_token_rotated of layer 0" or "its own transpose"; null if it is nothing known.</summary>
    public static string? Of(DumpedRun dump, JudgedResult result)
    {
        var actual = dump.Find(result.Step, result.Scope)!.tensor;
        return OtherGolden(dump, actual, result.Scope.KeyOf(result.Step)) ?? OwnTranspose(dump, actual, result.Scope.KeyOf(result.Step));
    }

    /// <summary>Those of whole layers come first: of layer 0, the article's own are parts of them.</summary>
    private static string? OtherGolden(DumpedRun dump, Tensor actual, string own) => dump.Golden.Results(ScalarType.Float32)
        .Where(golden => golden.Key != own && golden.Value.text is null)
        .OrderByDescending(golden => golden.Key.StartsWith("layers.", StringComparison.Ordinal))
        .Where(golden => IsNear(actual, golden.Value.tensor))
        .Select(golden => Text(golden.Key))
        .FirstOrDefault();

    private static string? OwnTranspose(DumpedRun dump, Tensor actual, string own) => actual.ndim > 1
        && dump.Golden.Results(ScalarType.Float32).TryGetValue(own, out var golden)
        && IsNear(actual.transpose(-1, -2), golden.tensor)
        ? "its own transpose"
        : null;

    /// <summary>A few ids may be equal by chance: that says nothing.</summary>
    private static bool IsNear(Tensor actual, Tensor golden) => actual.dtype == golden.dtype && actual.dtype != ScalarType.Int64
        && actual.shape.SequenceEqual(golden.shape) && Comparison.DistanceBetween(actual, golden) < Near;

    private static string Text(string key) => key.Split('.') is ["layers", var layer, var id] ? $"{id} of layer {layer}" : key;
}
