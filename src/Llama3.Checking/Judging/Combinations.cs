using Llama3.Checking.Fitting;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Several known mistakes at once: two that touch the same fault, or three of the rotation, each in steps of its own.</summary>
/// <remarks>
/// Those go first of which one alone already comes nearer to the fault. There is a limit: of what takes long to compute only a few are tried.
/// </remarks>
/// <param name="run">The prompt, or the pass.</param>
/// <param name="known">The mistakes that may be among them.</param>
internal sealed class Combinations(Evidence run, IReadOnlyList<KnownMistake> known)
{
    private static readonly HashSet<ArticleStep> OfRotation =
    [
        CacheSteps.positions, .. ArticleSteps.all.Where(step => step.number >= ArticleSteps.q_per_token_split_into_pairs.number
            && step.number <= ArticleSteps.k_per_token_rotated.number && step != ArticleSteps.k_layer0 && step != ArticleSteps.k_layer0_head0),
    ];

    private readonly Dictionary<(KnownMistake, ArticleStep), bool> _goesOn = [];
    private readonly Dictionary<JudgedResult, List<KnownMistake>> _suspects = new(ReferenceEqualityComparer.Instance);

    /// <summary>Two at once, the likelier first: both touch the fault, or one explains other faults and the other goes on from there.</summary>
    /// <param name="faults">The faults of one site that no single mistake explains.</param>
    /// <param name="named">The mistakes that explain other faults.</param>
    public IEnumerable<Hypothesis> Pairs(IReadOnlyList<JudgedResult> faults, IReadOnlyList<KnownMistake> named) => faults
        .SelectMany(fault => WithNamed(Suspects(fault), named, fault).Concat(Pairs(Suspects(fault), fault)).Take(Most(fault)))
        .DistinctBy(Key);

    /// <summary>Three at once in the rotation, the likelier first.</summary>
    /// <param name="faults">The faults of one site that no two mistakes explain.</param>
    public IEnumerable<Hypothesis> Triples(IReadOnlyList<JudgedResult> faults) => faults
        .SelectMany(fault => Triples([.. Suspects(fault).Where(mistake => mistake.InParts.Keys.All(OfRotation.Contains))]).Take(Most(fault)))
        .DistinctBy(Key);

    private static string Key(Hypothesis one) => string.Join(' ', one.Mistakes.Select(mistake => mistake.Name).Order(StringComparer.Ordinal));

    private IEnumerable<Hypothesis> WithNamed(List<KnownMistake> suspects, IReadOnlyList<KnownMistake> named, JudgedResult fault) =>
        from one in named
        from other in suspects
        where one != other
        from pair in Orders(one, other, fault)
        select new Hypothesis(pair);

    private int Most(JudgedResult fault) => Work.MostTimes(run.Dump, fault.Step, fault.Between);

    /// <summary>The mistakes that change what is at fault, those first that come nearest to it.</summary>
    private List<KnownMistake> Suspects(JudgedResult fault)
    {
        if (_suspects.TryGetValue(fault, out var found)) { return found; }
        var near = from mistake in Work.IsLittle(run.Dump, fault.Step, fault.Between) ? known : []
                   let distance = DistanceFrom(fault, mistake)
                   where distance is not null
                   orderby distance
                   select mistake;
        return _suspects[fault] = [.. near];
    }

    /// <summary>Null where it makes no difference.</summary>
    private double? DistanceFrom(JudgedResult fault, KnownMistake mistake)
    {
        if (!run.IsTouched(fault, mistake)) { return null; }
        using var trial = new Trial(new Hypothesis([mistake]), run, before: null);
        var distance = trial.DistanceTo(fault);
        return distance.Equals(fault.Deciding.Distance) ? null : double.IsNaN(distance) ? double.MaxValue : distance;
    }

    /// <summary>Of two in the same step, the second must go on from what the first computes; otherwise it would only undo it.</summary>
    private IEnumerable<Hypothesis> Pairs(List<KnownMistake> suspects, JudgedResult fault) =>
        from second in Enumerable.Range(1, Math.Max(0, suspects.Count - 1))
        from first in Enumerable.Range(0, second)
        from pair in Orders(suspects[first], suspects[second], fault)
        select new Hypothesis(pair);

    private IEnumerable<KnownMistake[]> Orders(KnownMistake one, KnownMistake other, JudgedResult fault)
    {
        var shared = one.InParts.Keys.Where(other.InParts.ContainsKey).ToList();
        if (shared.TrueForAll(step => GoesOn(other, step, fault))) { yield return [one, other]; }
        else if (shared.TrueForAll(step => GoesOn(one, step, fault))) { yield return [other, one]; }
    }

    /// <summary>Whether a mistake is a change of the right result of a step, and not a computation of its own.</summary>
    private bool GoesOn(KnownMistake mistake, ArticleStep step, JudgedResult fault)
    {
        if (_goesOn.TryGetValue((mistake, step), out var known)) { return known; }
        using var trial = new Trial(new Hypothesis([mistake]), run, before: null);
        return _goesOn[(mistake, step)] = trial.GoesOn(step, fault.Scope);
    }

    private static IEnumerable<Hypothesis> Triples(List<KnownMistake> suspects) =>
        from third in Enumerable.Range(2, Math.Max(0, suspects.Count - 2))
        from second in Enumerable.Range(1, third - 1)
        from first in Enumerable.Range(0, second)
        let three = new[] { suspects[first], suspects[second], suspects[third] }
        where three.SelectMany(mistake => mistake.InParts.Keys).GroupBy(step => step).All(same => same.Count() == 1)
        select new Hypothesis(three);
}
