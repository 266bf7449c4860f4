using Llama3.Checking.Reading;

namespace Llama3.Checking.Judging;

/// <summary>The prompt, or a pass after it, with a verdict on every result.</summary>
/// <param name="Dump">What the port dumped of it.</param>
/// <param name="Results">The verdicts, in the order of computation.</param>
internal sealed record JudgedRun(DumpedRun Dump, IReadOnlyList<JudgedResult> Results)
{
    /// <summary>The faults.</summary>
    public IEnumerable<JudgedResult> Faults => Results.Where(result => result.IsFault);
}
