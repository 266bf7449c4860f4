using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Several known mistakes at once: two that touch the same fault, or three of the angles of the rotation.</summary>
/// <remarks>
/// Those go first of which one alone already comes nearer to the fault. There is a limit: on a large model only a few are tried.
/// </remarks>
/// <param name="run">The prompt, or the pass.</param>
/// <param name="known">The mistakes that may be among them.</param>
/// <param name="faults">The faults of one site that no single mistake explains.</param>
internal sealed class Combinations(JudgedRun run, IReadOnlyList<KnownMistake> known, IReadOnlyList<JudgedResult> faults)
{
    /// <summary>How many multiplications may be spent, counted as one product of all tokens with a square matrix for each combination.</summary>
    private const double MostWork = 1e8;

    private static readonly HashSet<ArticleStep> OfAngles =
    [
        ArticleSteps.zero_to_one_split_into_64_parts, ArticleSteps.freqs, ArticleSteps.freqs_for_each_token, ArticleSteps.freqs_cis,
        CacheSteps.positions, ArticleSteps.q_per_token_split_into_pairs, ArticleSteps.k_per_token_split_into_pairs,
        ArticleSteps.q_per_token_rotated, ArticleSteps.k_per_token_rotated,
    ];

    /// <summary>All that are tried, the likelier first.</summary>
    public IEnumerable<Hypothesis> InOrder() => faults.SelectMany(fault => Of(Suspects(fault))).DistinctBy(one => one.ToString());

    private IEnumerable<Hypothesis> Of(List<KnownMistake> suspects) =>
        Pairs(suspects).Concat(Triples([.. suspects.Where(mistake => mistake.InParts.Keys.All(OfAngles.Contains))])).Take(Most);

    private int Most => (int)(MostWork / ((double)run.Dump.Checkpoint.Params.dim * run.Dump.Checkpoint.Params.dim * run.Dump.Tokens)) + 1;

    /// <summary>The mistakes that change what is at fault, those first that come nearest to it.</summary>
    private List<KnownMistake> Suspects(JudgedResult fault) =>
        [.. from mistake in known
            let distance = DistanceFrom(fault, mistake)
            where distance is not null
            orderby distance
            select mistake];

    /// <summary>Null where it makes no difference.</summary>
    private double? DistanceFrom(JudgedResult fault, KnownMistake mistake)
    {
        using var trial = new Trial(new Hypothesis([mistake]), run, before: null);
        if (!trial.Touches(fault)) { return null; }
        var distance = trial.DistanceTo(fault);
        return distance.Equals(fault.Deciding.Distance) ? null : double.IsNaN(distance) ? double.MaxValue : distance;
    }

    /// <summary>Of two in the same step, the second goes on from the first: both orders are tried.</summary>
    private static IEnumerable<Hypothesis> Pairs(List<KnownMistake> suspects) =>
        from second in Enumerable.Range(1, Math.Max(0, suspects.Count - 1))
        from first in Enumerable.Range(0, second)
        from pair in Orders(suspects[first], suspects[second])
        select new Hypothesis(pair);

    private static IEnumerable<KnownMistake[]> Orders(KnownMistake one, KnownMistake other) =>
        one.InParts.Keys.Any(other.InParts.ContainsKey) ? [[one, other], [other, one]] : [[one, other]];

    private static IEnumerable<Hypothesis> Triples(List<KnownMistake> suspects) =>
        from third in Enumerable.Range(2, Math.Max(0, suspects.Count - 2))
        from second in Enumerable.Range(1, third - 1)
        from first in Enumerable.Range(0, second)
        select new Hypothesis([suspects[first], suspects[second], suspects[third]]);
}
