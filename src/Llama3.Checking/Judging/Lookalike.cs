using Llama3.Checking.Comparing;
using Llama3.Checking.Reading;

namespace Llama3.Checking.Judging;

/// <summary>Finds out what a tensor is if it is not what its name says: authors of dumps mix up names, layers and moments.</summary>
internal static class Lookalike
{
    /// <summary>Nearer than anything but the same numbers, in any precision.</summary>
    private const double Near = 0.03;

    /// <summary>The golden that a dumped tensor meets, such as "q_per_token_rotated of layer 0"; null if it meets none.</summary>
    public static string? Of(DumpedRun dump, JudgedResult result)
    {
        var (actual, own) = (dump.Find(result.Step, result.Scope)!.tensor, result.Scope.KeyOf(result.Step));
        var goldens = dump.Golden.Results(ScalarType.Float32).Where(golden => golden.Key != own && golden.Value.text is null);
        return goldens.OrderByDescending(golden => golden.Key.StartsWith("layers.", StringComparison.Ordinal))
            .Where(golden => IsNear(actual, golden.Value.tensor)).Select(golden => Text(golden.Key)).FirstOrDefault()
            ?? (dump.Golden.Results(ScalarType.Float32).TryGetValue(own, out var right) && IsTransposed(actual, right.tensor)
                ? "its own transpose"
                : null);
    }

    private static bool IsNear(Tensor actual, Tensor golden) => actual.dtype == golden.dtype && actual.dtype != ScalarType.Int64
        && actual.shape.SequenceEqual(golden.shape) && Comparison.DistanceBetween(actual, golden) < Near;

    private static bool IsTransposed(Tensor actual, Tensor golden) => actual.ndim > 1 && IsNear(actual.transpose(-1, -2), golden);

    private static string Text(string key) => key.Split('.') is ["layers", var layer, var id] ? $"{id} of layer {layer}" : key;
}
