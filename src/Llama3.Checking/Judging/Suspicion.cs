using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Judging;

/// <summary>A known mistake that computes all that the port dumped of the steps that it gets wrong.</summary>
/// <param name="Mistake">The mistake.</param>
/// <param name="Faults">The faults that it accounts for.</param>
internal sealed record Suspicion(KnownMistake Mistake, IReadOnlyList<JudgedResult> Faults)
{
    /// <summary>Whether this one accounts for all faults of another, and for more.</summary>
    public bool Exceeds(Suspicion other) => Faults.Count > other.Faults.Count && other.Faults.All(Faults.Contains);
}
