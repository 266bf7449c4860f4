using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Several known mistakes at once: two that touch the same fault, or three of the angles of the rotation, each in a step of its own.</summary>
/// <remarks>
/// Those go first of which one alone already comes nearer to the fault. There is a limit: on a large model only a few are tried.
/// </remarks>
/// <param name="run">The prompt, or the pass.</param>
/// <param name="known">The mistakes that may be among them.</param>
/// <param name="faults">The faults of one site that no single mistake explains.</param>
internal sealed class Combinations(Evidence run, IReadOnlyList<KnownMistake> known, IReadOnlyList<JudgedResult> faults)
{
    /// <summary>How many multiplications may be spent, counted as one product of all tokens with a square matrix for each combination.</summary>
    private const double MostWork = 1e8;

    private static readonly HashSet<ArticleStep> OfAngles =
    [
        ArticleSteps.zero_to_one_split_into_64_parts, ArticleSteps.freqs, ArticleSteps.freqs_for_each_token, ArticleSteps.freqs_cis,
        CacheSteps.positions, ArticleSteps.q_per_token_split_into_pairs, ArticleSteps.k_per_token_split_into_pairs,
        ArticleSteps.q_per_token_rotated, ArticleSteps.k_per_token_rotated,
    ];

    private readonly Dictionary<(KnownMistake, ArticleStep), bool> _goesOn = [];

    /// <summary>Two at once, the likelier first: both touch the fault, or one explains other faults and the other goes on from there.</summary>
    /// <param name="named">The mistakes that explain other faults.</param>
    public IEnumerable<Hypothesis> Pairs(IReadOnlyList<KnownMistake> named) => faults
        .SelectMany(fault => Suspects(fault) is var suspects ? WithNamed(suspects, named).Concat(Pairs(suspects)).Take(Most) : [])
        .DistinctBy(one => one.ToString());

    /// <summary>Three at once, the likelier first.</summary>
    public IEnumerable<Hypothesis> Triples() => faults
        .SelectMany(fault => Triples([.. Suspects(fault).Where(mistake => mistake.InParts.Keys.All(OfAngles.Contains))]).Take(Most))
        .DistinctBy(one => one.ToString());

    private IEnumerable<Hypothesis> WithNamed(List<KnownMistake> suspects, IReadOnlyList<KnownMistake> named) =>
        from one in named
        from other in suspects
        where one != other
        from pair in Orders(one, other)
        select new Hypothesis(pair);

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

    /// <summary>Of two in the same step, the second must go on from what the first computes; otherwise it would only undo it.</summary>
    private IEnumerable<Hypothesis> Pairs(List<KnownMistake> suspects) =>
        from second in Enumerable.Range(1, Math.Max(0, suspects.Count - 1))
        from first in Enumerable.Range(0, second)
        from pair in Orders(suspects[first], suspects[second])
        select new Hypothesis(pair);

    private IEnumerable<KnownMistake[]> Orders(KnownMistake one, KnownMistake other)
    {
        var shared = one.InParts.Keys.Where(other.InParts.ContainsKey).ToList();
        if (shared.TrueForAll(step => GoesOn(other, step))) { yield return [one, other]; }
        else if (shared.TrueForAll(step => GoesOn(one, step))) { yield return [other, one]; }
    }

    /// <summary>Whether a mistake is a change of the right result of a step, and not a computation of its own.</summary>
    private bool GoesOn(KnownMistake mistake, ArticleStep step)
    {
        if (_goesOn.TryGetValue((mistake, step), out var known)) { return known; }
        using var trial = new Trial(new Hypothesis([mistake]), run, before: null);
        return _goesOn[(mistake, step)] = trial.GoesOn(step, faults[0].Scope);
    }

    private static IEnumerable<Hypothesis> Triples(List<KnownMistake> suspects) =>
        from third in Enumerable.Range(2, Math.Max(0, suspects.Count - 2))
        from second in Enumerable.Range(1, third - 1)
        from first in Enumerable.Range(0, second)
        let three = new[] { suspects[first], suspects[second], suspects[third] }
        where three.SelectMany(mistake => mistake.InParts.Keys).GroupBy(step => step).All(same => same.Count() == 1)
        select new Hypothesis(three);
}
