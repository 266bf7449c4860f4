using Llama3.Checking.Fitting;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;

namespace Llama3.Checking.Judging;

/// <summary>What is tried for the faults of one site, the likelier first.</summary>
/// <param name="run">The prompt, or the pass.</param>
/// <param name="known">The mistakes that may have been made there.</param>
/// <param name="suspicions">What explains other faults of the dump; grows.</param>
/// <param name="numbers">Finds wrong numbers.</param>
internal sealed class Hypotheses(Evidence run, IReadOnlyList<KnownMistake> known, IReadOnlyCollection<Suspicion> suspicions, FittedNumbers numbers)
{
    /// <summary>How many places inside a tensor are tried.</summary>
    private const int MostPlaces = 3;

    private readonly Combinations _combinations = new(run, known);

    /// <summary>Each takes the faults that nothing before it explains.</summary>
    public IReadOnlyList<Func<IReadOnlyList<JudgedResult>, IEnumerable<Hypothesis>>> InOrder => [OneMistake, InDumpedLayers, WithNumber, InSomePlace, Two, Three];

    /// <summary>A known mistake; or one in a table or a weight that the port dumped right, but went on with another.</summary>
    private IEnumerable<Hypothesis> OneMistake(IReadOnlyList<JudgedResult> faults) => known.Select(mistake => new Hypothesis([mistake])).Concat(known
        .Where(mistake => HasPrepared && mistake.InParts.Keys.Any(DumpContract.Prepared.Contains))
        .Select(mistake => new Hypothesis([mistake]) { BesidePrepared = true }));

    /// <summary>A known mistake that was not made in the layers that were not dumped.</summary>
    private IEnumerable<Hypothesis> InDumpedLayers(IReadOnlyList<JudgedResult> faults)
    {
        var layers = run.Dump.Tensors.Select(result => result.Stage).Where(stage => stage is >= 0 and < int.MaxValue).ToHashSet();
        return layers.Count == run.Dump.Checkpoint.Params.n_layers ? [] : known.Select(mistake => new Hypothesis([mistake]) { Layers = layers });
    }

    private bool HasPrepared => run.Dump.Tensors.Any(result => DumpContract.Prepared.Contains(result.Step));

    /// <summary>A wrong number, such as another eps, that is fitted to the faults.</summary>
    private IEnumerable<Hypothesis> WithNumber(IReadOnlyList<JudgedResult> faults) => faults
        .Where(fault => !fault.OnlyDumped && !suspicions.Any(one => one.IsProven && one.Faults.ContainsKey(fault)))
        .SelectMany(fault => numbers.Of(run.Dump, fault.Step, fault.Scope, fault.Between))
        .Select(mistake => new Hypothesis([mistake]));

    /// <summary>A known mistake that is made for some heads, or for some tokens.</summary>
    private IEnumerable<Hypothesis> InSomePlace(IReadOnlyList<JudgedResult> faults) =>
        from place in faults.SelectMany(Places).DistinctBy(place => place.ToString()).Take(MostPlaces)
        from mistake in known
        where place.CanHold(mistake)
        select new Hypothesis([mistake]) { Place = place };

    private IEnumerable<InnerPlace> Places(JudgedResult fault) => Work.IsLittle(run.Dump, fault.Step, fault.Between)
        ? InnerPlace.Of(fault, run.Dump.Checkpoint.Params, run.Dump.Golden.Kept)
        : [];

    /// <summary>Two known mistakes at once.</summary>
    private IEnumerable<Hypothesis> Two(IReadOnlyList<JudgedResult> faults) => _combinations.Pairs(
        faults, named: [.. suspicions.Where(one => one.IsProven).SelectMany(one => one.Hypothesis.Mistakes).Distinct()]);

    /// <summary>Three known mistakes at once, in the rotation.</summary>
    private IEnumerable<Hypothesis> Three(IReadOnlyList<JudgedResult> faults) => _combinations.Triples(faults);
}
