namespace Llama3.Checking.Judging;

/// <summary>A hypothesis that holds, and the faults that it accounts for, in the prompt and in all passes.</summary>
/// <param name="Hypothesis">What may have happened.</param>
/// <param name="Extent">How far it holds.</param>
/// <param name="Faults">The faults, each with its distance from what the mistake computes.</param>
internal sealed record Suspicion(Hypothesis Hypothesis, Extent Extent, IReadOnlyDictionary<JudgedResult, double> Faults)
{
    /// <summary>How much nearer than the right result a mistake must be to be told from others by more than the tolerance.</summary>
    private const double Nearer = 10;

    /// <summary>Roundings: a distance below this is no worse than none.</summary>
    private const double Noise = 2e-6;

    /// <summary>Rule 9: whether a fault is so much nearer to it than to the right result that this is not for want of precision.</summary>
    public bool IsProven => Faults.Any(fault => !(fault.Key.Deciding.Distance <= Nearer * fault.Value));

    /// <summary>What is said of it.</summary>
    public Cause Cause { get; } = new(
        Hypothesis.Mistakes,
        string.Join(", ", new[] { Hypothesis.Place?.ToString(), Extent.ToString(), BesidePrepared(Hypothesis) }.Where(text => text?.Length > 0)));

    /// <summary>Rule 10: whether this one is to be named in place of another: it accounts for all of its faults, and for more, or better.</summary>
    public bool Outdoes(Suspicion other)
    {
        if (!other.Faults.Keys.All(Faults.ContainsKey)) { return false; }
        return Faults.Count > other.Faults.Count || (Extent.IsEverywhere && !other.Extent.IsEverywhere) || (Hypothesis.NeedsCache && !other.Hypothesis.NeedsCache)
            || (!Hypothesis.BesidePrepared && other.Hypothesis.BesidePrepared)
            || (Hypothesis.Place is { IsTail: true } && other.Hypothesis.Place is { IsTail: false }) || IsMuchNearerThan(other);
    }

    private bool IsMuchNearerThan(Suspicion other) => Faults.Any(fault =>
        other.Faults.TryGetValue(fault.Key, out var theirs) && theirs > Nearer * Math.Max(fault.Value, Noise));

    private static string? BesidePrepared(Hypothesis hypothesis) => hypothesis.BesidePrepared ? "with other tables or weights than those dumped" : null;
}
