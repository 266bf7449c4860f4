using Llama3.Checking.Fitting;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Finds the known mistakes that explain faults, layer by layer.</summary>
/// <remarks>
/// A mistake is named at a fault if all of these hold; the method of each rule has its number.
/// <list type="number">
/// <item>
/// It touches the fault: it gets the step wrong, or a step before it that was not dumped.
/// Example: <c>gelu</c> touches output_after_feedforward, and feed_forward_gate_activated where that is dumped.
/// </item>
/// <item>
/// The fault is evidence. A wrong id alone may come from anywhere, unless its step has all its inputs.
/// Example: a dump of next_token = 489 and nothing else has no name.
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
/// No other mistake accounts for the same faults and more.
/// Example: <c>qk_hf_permuted</c> is named and <c>wq_hf_permuted</c> is not, if the keys are permuted too.
/// </item>
/// </list>
/// A fault without a name is compared with the goldens of other steps (<see cref="DumpedInstead"/>): "it is v_per_token of layer 1".
/// </remarks>
/// <param name="dump">What the port dumped.</param>
/// <param name="right">The reference on what the port dumped.</param>
/// <param name="results">The judged results.</param>
/// <param name="numbers">Finds wrong numbers.</param>
internal sealed class Diagnosis(DumpedRun dump, Replay right, IReadOnlyList<JudgedResult> results, FittedNumbers numbers)
{
    private readonly DumpSlips _slips = new(right, results);

    /// <summary>The results; each fault comes with all that is known of it.</summary>
    public IEnumerable<JudgedResult> Explained()
    {
        foreach (var stage in results.GroupBy(result => DumpedResult.StageOf(result.Step, result.Scope)))
        {
            var ofStage = stage.ToList();
            foreach (var result in ofStage.Exists(result => result.IsFault) ? Explained(ofStage) : ofStage) { yield return result; }
            dump.Forget();
        }
    }

    private List<JudgedResult> Explained(List<JudgedResult> ofStage)
    {
        var judged = ofStage.ConvertAll(result => result with { OnlyDumped = _slips.Contain(result) });
        var named = Named([.. dump.Golden.Mistakes.Select(mistake => Suspect(mistake, judged)).OfType<Suspicion>()]);
        foreach (var fault in judged.Where(result => result.IsFault && !IsSlip(result)))
        {
            if (!named.Exists(one => one.Faults.Contains(fault))) { named.AddRange(Fitted(fault, judged)); }
        }
        return judged.ConvertAll(result => WithNames(result, [.. named.Where(one => one.Faults.Contains(result)).Select(one => one.Mistake)]));
    }

    private JudgedResult WithNames(JudgedResult result, IReadOnlyList<KnownMistake> names) =>
        result.IsFault && names.Count == 0 ? result with { Instead = DumpedInstead.Of(dump, result) } : result with { LooksLike = names };

    /// <summary>Mistakes with a number that is fitted to a fault, if no known mistake explains it: first those that were found at other faults.</summary>
    private List<Suspicion> Fitted(JudgedResult fault, List<JudgedResult> judged)
    {
        var known = Suspected(numbers.Found);
        if (known.Exists(one => one.Faults.Contains(fault))) { return known; }
        var found = Suspected(numbers.Of(dump, fault.Step, fault.Scope, fault.Between));
        numbers.Found.AddRange(found.Select(one => one.Mistake));
        return found;

        List<Suspicion> Suspected(IEnumerable<KnownMistake> mistakes) =>
            Named([.. mistakes.Select(mistake => Suspect(mistake, judged)).OfType<Suspicion>().Where(one => one.Faults.Contains(fault))]);
    }

    /// <summary>Null if the mistake is not what happened.</summary>
    private Suspicion? Suspect(KnownMistake mistake, List<JudgedResult> judged)
    {
        var touched = judged.FindAll(result => Touches(mistake, result));
        if (!touched.Exists(result => IsEvidence(mistake, result)) || touched.Exists(IsSlip)) { return null; }
        using var mistaken = right.With(mistake);
        return KeepsLength(mistake, mistaken) && touched.TrueForAll(result => Fits(mistaken, result) && Computes(mistaken, result))
            ? new(mistake, touched.FindAll(result => result.IsFault))
            : null;
    }

    /// <summary>Rule 1.</summary>
    private bool Touches(KnownMistake mistake, JudgedResult result) =>
        mistake.Wrong.ContainsKey(result.Step) || PathTo(result).Between.Any(input => mistake.Wrong.ContainsKey(input.Step!));

    /// <summary>Rule 2.</summary>
    private bool IsEvidence(KnownMistake mistake, JudgedResult result) => result.IsFault
        && (result.Step.dtype != ScalarType.Int64 || (mistake.Wrong.ContainsKey(result.Step) && PathTo(result).HasAllInputs));

    /// <summary>Rule 3.</summary>
    private static bool IsSlip(JudgedResult result) => result.OnlyDumped;

    /// <summary>Rule 4. Where the tokens themselves were dumped, rule 6 compares them.</summary>
    private bool KeepsLength(KnownMistake mistake, Replay mistaken) =>
        !mistake.Wrong.ContainsKey(ArticleSteps.tokens) || dump.Has(ArticleSteps.tokens, Scope.Article)
        || mistaken.Result(ArticleSteps.tokens, Scope.Article).shape[0] == dump.Tokens;

    /// <summary>Rule 5.</summary>
    private bool Fits(Replay mistaken, JudgedResult result) => mistaken.Fits(PathTo(result));

    /// <summary>Rule 6.</summary>
    private bool Computes(Replay mistaken, JudgedResult result) =>
        mistaken.Judge(result.Step, result.Scope, PathTo(result), mistaken.Result(result.Step, result.Scope)).Agrees;

    /// <summary>Rule 7.</summary>
    private static List<Suspicion> Named(List<Suspicion> suspicions) =>
        suspicions.FindAll(one => !suspicions.Exists(other => other.Exceeds(one)));

    private InputPath PathTo(JudgedResult result) => right.PathTo(result.Step, result.Scope);
}
