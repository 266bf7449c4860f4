using Llama3.Checking.Reading;
using Llama3.Checking.Relations;

namespace Llama3.Checking.Judging;

/// <summary>
/// Finds out what a wrong tensor is instead: authors of dumps mix up names and layers, and dump too early or too late. Its rule: the tensor is
/// another golden of the same shape and dtype, or its own golden with the last two axes exchanged.
/// </summary>
internal static class DumpedInstead
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
    private static string? OtherGolden(DumpedRun dump, Tensor actual, string own) =>
        Lookalike.KeysOf(dump.Golden.Results(ScalarType.Float32), actual, own, Near)
            .OrderByDescending(key => key.StartsWith("layers.", StringComparison.Ordinal))
            .Select(Text)
            .FirstOrDefault();

    private static string? OwnTranspose(DumpedRun dump, Tensor actual, string own) => actual.ndim > 1
        && dump.Golden.Results(ScalarType.Float32).TryGetValue(own, out var golden)
        && Lookalike.IsNear(actual.transpose(-1, -2), golden.tensor, Near)
        ? "its own transpose"
        : null;

    private static string Text(string key) => key.Split('.') is ["layers", var layer, var id] ? $"{id} of layer {layer}" : key;
}
