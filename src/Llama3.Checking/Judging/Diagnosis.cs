using System.Diagnostics;
using Llama3.Checking.Fitting;
using Llama3.Checking.Mistakes;
using Llama3.Reference;

namespace Llama3.Checking.Judging;

/// <summary>Finds the known mistakes that explain faults, from all that was dumped of the prompt and of the passes after it.</summary>
/// <remarks>
/// A mistake is named at a fault if all of these hold; the method of each rule, here and in <see cref="Trial"/>,
/// <see cref="Extent"/> and <see cref="Suspicion"/>, has its number.
/// <list type="number">
/// <item>
/// It touches the fault: it gets the step wrong, or a step before it that was not dumped.
/// Example: <c>gelu</c> touches output_after_feedforward, and feed_forward_gate_activated where that is dumped.
/// </item>
/// <item>
/// The fault is evidence: the mistake comes nearer to it than the right step does. A wrong id alone may come from anywhere, unless its step has all its inputs.
/// Example: a dump of next_token = 489 and nothing else has no name. Two mistakes that undo each other explain nothing.
/// </item>
/// <item>
/// Nothing that it touches is a slip of the dump alone (<see cref="DumpSlips"/>).
/// Example: the values, dumped under the name k_per_token, do not show that the port multiplies by the wrong weights.
/// </item>
/// <item>
/// It leaves as many tokens as the dump has.
/// Example: <c>no_bos</c> leaves 16 of 17 tokens; a dump of 17 rows does not come from it.
/// </item>
/// <item>
/// Its results fit those that were dumped (<see cref="Replay.Fits(InputPath)"/>).
/// Example: <c>cache_slot_plus1</c> makes 19 keys; scores over 18 keys do not come from it.
/// </item>
/// <item>
/// It computes everything that was dumped of the steps that it touches in the layer, right or wrong.
/// Example: <c>qk_hf_permuted</c> is not named if the queries are permuted and the keys are right.
/// </item>
/// <item>
/// It does so wherever it touches a fault: what one layer or pass rules out is ruled out (<see cref="Extent"/>). Where nothing is at fault it
/// may not have been made: then its name comes with the place. Example: <c>gelu</c>, in layer 1 only.
/// </item>
/// <item>
/// What only a cache can get wrong is not named where the prompt, which has none, is wrong in the same way.
/// Example: 1 added to the sum of the softmax looks like <c>cache_slot_plus1</c> in a pass.
/// </item>
/// <item>
/// It is nearer to the fault than the right result by more than the tolerance. Otherwise it is said that the fault cannot be told from it.
/// Example: from a row of large numbers norm_eps 1e-6 and 1e-5 give the same, but for the last digits.
/// </item>
/// <item>
/// No other accounts for the same faults and more, or better.
/// Example: <c>qk_hf_permuted</c> is named and <c>wq_hf_permuted</c> is not, if the keys are permuted too.
/// </item>
/// <item>
/// No step that was not dumped lies before a fault that it explains and is at fault elsewhere without an explanation, or lies before such a
/// fault: what is wrong there may have caused both. Example: neither mask nor scores are dumped, and in the prompt attention is wrong in an unknown way.
/// </item>
/// </list>
/// What is tried for a fault, in this order, is in <see cref="Hypotheses"/>; what comes later is tried only where nothing before explains it.
/// A fault without a name is compared with the goldens of other steps (<see cref="DumpedInstead"/>): "it is v_per_token of layer 1".
/// </remarks>
/// <param name="runs">The prompt, then the passes.</param>
/// <param name="trying">Called with what is tried next.</param>
internal sealed class Diagnosis(IReadOnlyList<Evidence> runs, Action<string>? trying = null)
{
    private readonly List<Suspicion> _suspicions = [];
    private readonly HashSet<KnownMistake> _ruledOut = [];
    private readonly FittedNumbers _numbers = new();
    private readonly HashSet<JudgedResult> _untried = new(ReferenceEqualityComparer.Instance);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>
    /// How long mistakes are tried. Where a large model ran on many tokens, and little was dumped, each takes seconds. A fault for which not all were tried
    /// has no name: a later one might fit better.
    /// </summary>
    public required TimeSpan Most { get; init; }

    /// <summary>The results of each run; each fault comes with all that is known of it.</summary>
    public IReadOnlyList<IReadOnlyList<JudgedResult>> Explained()
    {
        foreach (var run in runs)
        {
            foreach (var site in run.Sites)
            {
                Suspect(run, site);
                run.Forget(site);
                run.Dump.Forget();
            }
        }
        _suspicions.RemoveAll(one => one.Faults.Keys.Any(_untried.Contains));
        var named = WithoutDoubtful(_suspicions.FindAll(one => !_suspicions.Exists(other => other.Outdoes(one) && !one.Outdoes(other))));
        return [.. runs.Select(run => (IReadOnlyList<JudgedResult>)[.. run.Sites.SelectMany(site => site.Results).Select(result => WithCauses(run, result, named))])];
    }

    /// <summary>Goes on to what is less likely until every fault of the site is explained.</summary>
    private void Suspect(Evidence run, Site site)
    {
        // A mistake that touches a fault which nothing explains is ruled out, alone and with others: it is not tried again.
        var known = run.Dump.Golden.Mistakes.Where(mistake => !_ruledOut.Contains(mistake) && (!mistake.NeedsPasses || WithPasses)).ToList();
        foreach (var likelihood in new Hypotheses(run, known, _suspicions, _numbers).InOrder)
        {
            if (Open(site) is not { Count: > 0 } open) { return; }
            foreach (var hypothesis in likelihood(open))
            {
                if (_clock.Elapsed > Most)
                {
                    _untried.UnionWith(open);
                    return;
                }
                trying?.Invoke(hypothesis.ToString());
                if (Examine(hypothesis, run, site, open) is { } suspicion) { _suspicions.Add(suspicion); }
            }
        }
        var unexplained = Open(site);
        _ruledOut.UnionWith(known.Where(mistake => unexplained.Exists(fault => run.IsTouched(fault, mistake))));
    }

    private bool WithPasses => runs.Any(run => run.Dump.Golden.Kept > 0);

    /// <summary>Rule 11.</summary>
    private List<Suspicion> WithoutDoubtful(List<Suspicion> named)
    {
        // A mask of another length is none of these: it only counts the rows of the cache.
        var open = runs.SelectMany(run => run.Sites).SelectMany(site => site.Faults)
            .Where(fault => !named.Exists(one => one.Faults.ContainsKey(fault)) && !(fault.Step == ArticleSteps.mask && fault.Problem is not null));
        var unseen = open.SelectMany(fault => fault.Between.Select(input => input.Step!).Append(fault.Step)).ToHashSet();
        var sure = named.FindAll(one => !one.Faults.Keys.Any(fault => fault.Between.Any(input => unseen.Contains(input.Step!))));
        return sure.Count == named.Count ? named : WithoutDoubtful(sure);
    }

    /// <summary>The faults that nothing explains yet, or no better than the tolerance allows.</summary>
    private List<JudgedResult> Open(Site site) => [.. site.Faults.Where(fault => !_suspicions.Exists(one => one.IsProven && one.Faults.ContainsKey(fault)))];

    /// <summary>Null if the hypothesis is not what happened. The site is asked first, with the passes that come before it.</summary>
    private Suspicion? Examine(Hypothesis hypothesis, Evidence run, Site site, List<JudgedResult> open)
    {
        if (!hypothesis.BesidePrepared && !open.Exists(fault => hypothesis.Mistakes.Any(mistake => run.IsTouched(fault, mistake)))) { return null; }
        var trials = new Dictionary<Evidence, Trial>();
        try
        {
            AddTrials(trials, hypothesis, UpTo(run));
            if (!open.Exists(trials[run].Touches) || trials[run].At(site) != Finding.Explains) { return null; }
            AddTrials(trials, hypothesis, runs);
            return Examine(hypothesis, trials);
        }
        finally
        {
            foreach (var trial in trials.Values) { trial.Dispose(); }
        }
    }

    private void AddTrials(Dictionary<Evidence, Trial> trials, Hypothesis hypothesis, IEnumerable<Evidence> all)
    {
        foreach (var run in all.Where(run => !trials.ContainsKey(run) && hypothesis.CanHappenIn(run.Dump.Golden)).ToList())
        {
            trials.Add(run, new Trial(hypothesis, run, Before(run) is { } before ? trials.GetValueOrDefault(before) : null));
        }
    }

    /// <summary>What a pass goes on from, or comes after; null for a first prompt.</summary>
    private Evidence? Before(Evidence run) => runs.FirstOrDefault(one => one.Dump.Golden == run.Dump.Before?.Golden);

    private IEnumerable<Evidence> UpTo(Evidence run) => Before(run) is { } before ? UpTo(before).Append(run) : [run];

    private Suspicion? Examine(Hypothesis hypothesis, Dictionary<Evidence, Trial> trials)
    {
        var findings = new List<(Site Site, Finding Finding)>();
        foreach (var (run, trial) in trials)
        {
            foreach (var site in run.Sites)
            {
                findings.Add((site, trial.At(site)));
                trial.Forget(site);
                if (findings[^1].Finding == Finding.Contradicts) { return null; }
            }
        }
        var extent = new Extent(findings);
        var faults = trials.Values.SelectMany(trial => trial.Explained).ToDictionary<JudgedResult, double>(ReferenceEqualityComparer.Instance);
        return extent.IsPlain && !(hypothesis.NeedsCache && AreWrongInPrompt(faults.Keys)) ? new Suspicion(hypothesis, extent, faults) : null;
    }

    /// <summary>Rule 8.</summary>
    private bool AreWrongInPrompt(IReadOnlyCollection<JudgedResult> faults) =>
        faults.Any(fault => runs.Where(run => !run.Dump.Golden.IsPass).SelectMany(run => run.Sites).SelectMany(site => site.Faults)
            .Any(prompt => prompt.Step == fault.Step && prompt.Layer == fault.Layer && !faults.Contains(prompt)));

    private JudgedResult WithCauses(Evidence run, JudgedResult result, List<Suspicion> named)
    {
        if (!result.IsFault) { return result; }
        if (_untried.Contains(result)) { return result with { IsUntried = true }; }
        var mine = named.FindAll(one => one.Faults.ContainsKey(result));
        return mine.Count == 0
            ? result with { Instead = DumpedInstead.Of(run.Dump, result) }
            : result with
            {
                Causes = [.. mine.Where(one => one.IsProven).Select(one => one.Cause)],
                CannotBeToldFrom = [.. mine.Where(one => !one.IsProven).Select(one => one.Cause)],
            };
    }
}
