namespace Llama3.Checking.Judging;

/// <summary>
/// Faults of the dump alone: the tensor in the dump is wrong, but the port went on with the right one. Whoever dumps
/// <c>v_per_token</c> under the name <c>k_per_token</c> has right scores, and they do not follow from the dumped keys.
/// </summary>
/// <param name="right">The reference on what the port dumped.</param>
/// <param name="results">All judged results.</param>
internal sealed class DumpSlips(Replay right, IReadOnlyList<JudgedResult> results)
{
    private readonly Lazy<List<InputPath>> _pathsToUnfounded = new(() =>
        [.. results.Where(result => IsUnfounded(right, result)).Select(result => right.PathTo(result.Step, result.Scope))]);

    /// <summary>Whether something that is computed from a fault is right, although it does not follow from what was dumped.</summary>
    public bool Contain(JudgedResult fault) => fault.IsFault && _pathsToUnfounded.Value.Exists(path =>
        path.Inputs.Any(input => input.Step == fault.Step && input.Scope.layer == fault.Scope.layer));

    private static bool IsUnfounded(Replay right, JudgedResult result)
    {
        if (result.Verdict != Verdict.Ok) { return false; }
        var (computed, path) = right.Run(result.Step, result.Scope);
        return !right.Judge(result.Step, result.Scope, path, computed).Agrees;
    }
}
