using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Judging;

/// <summary>What is tried for the faults of one site, the likelier first.</summary>
/// <param name="run">The prompt, or the pass.</param>
/// <param name="known">The mistakes that may have been made there.</param>
internal sealed class Hypotheses(JudgedRun run, IReadOnlyList<KnownMistake> known)
{
    /// <summary>How many places inside a tensor are tried.</summary>
    private const int MostPlaces = 3;

    /// <summary>Each takes the faults that nothing before it explains.</summary>
    public IReadOnlyList<Func<IReadOnlyList<JudgedResult>, IEnumerable<Hypothesis>>> InOrder => [OneMistake, BesidePrepared, InSomePlace, Together];

    /// <summary>A known mistake.</summary>
    private IEnumerable<Hypothesis> OneMistake(IReadOnlyList<JudgedResult> faults) => known.Select(mistake => new Hypothesis([mistake]));

    /// <summary>The same, though tables or weights were dumped that are right.</summary>
    private IEnumerable<Hypothesis> BesidePrepared(IReadOnlyList<JudgedResult> faults) =>
        known.Select(mistake => new Hypothesis([mistake]) { BesidePrepared = true });

    /// <summary>A known mistake that is made for some heads, or for some tokens.</summary>
    private IEnumerable<Hypothesis> InSomePlace(IReadOnlyList<JudgedResult> faults) =>
        from place in faults.SelectMany(fault => InnerPlace.Of(fault, run.Dump.Checkpoint.Params, run.Dump.Golden.Kept)).DistinctBy(place => place.ToString()).Take(MostPlaces)
        from mistake in known
        where place.CanHold(mistake)
        select new Hypothesis([mistake]) { Place = place };

    /// <summary>Several known mistakes at once.</summary>
    private IEnumerable<Hypothesis> Together(IReadOnlyList<JudgedResult> faults) => new Combinations(run, known, faults).InOrder();
}
