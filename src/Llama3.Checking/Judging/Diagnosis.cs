using System.Runtime.InteropServices;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// Explains faults. A known mistake is named if it yields everything that the port dumped of the steps it touches in a layer, right or
/// wrong, a fault among them; and if no other mistake accounts for these faults and more. A fault whose followers are right is one of
/// the dump alone, and has no such name; what its tensor is instead is looked for among the goldens.
/// </summary>
/// <param name="dump">What the port dumped.</param>
/// <param name="walk">The reference on what the port dumped.</param>
/// <param name="rounded">The same, in bfloat16.</param>
/// <param name="tolerances">How closely a mistake must yield what the port dumped.</param>
/// <param name="results">The judged results.</param>
internal sealed class Diagnosis(
    DumpedRun dump, Walk walk, Walk rounded, PortTolerances tolerances, IReadOnlyList<JudgedResult> results)
{
    private readonly Dictionary<(ArticleStep, Scope), InputPath> _paths = [];
    private List<JudgedResult>? _unfounded;

    /// <summary>Right results that do not follow from what was dumped of their inputs.</summary>
    private List<JudgedResult> Unfounded => _unfounded ??= [.. results.Where(result => result.Verdict == Verdict.Ok
        && !Agrees(result, Result(walk, result), () => Result(rounded, result)))];

    private sealed record Suspicion(KnownMistake KnownMistake, IReadOnlyList<JudgedResult> Faults);

    /// <summary>The results, faults with all that is known of them.</summary>
    public IEnumerable<JudgedResult> Explained()
    {
        foreach (var stage in results.GroupBy(Stage))
        {
            var judged = stage.ToList();
            foreach (var result in judged.Exists(result => result.IsFault) ? Explained(judged) : judged) { yield return result; }
            dump.Forget();
        }
    }

    private IEnumerable<JudgedResult> Explained(List<JudgedResult> judged)
    {
        judged = Name(judged.ConvertAll(result => result with { OnlyDumped = IsOnlyDumped(result) }));
        return judged.Select(result => result.IsFault && result.LooksLike.Count == 0 ? result with { Instead = Lookalike.Of(dump, result) } : result);
    }

    private List<JudgedResult> Name(List<JudgedResult> judged)
    {
        var suspicions = dump.Golden.Mistakes.Select(mistake => Suspect(mistake, judged)).OfType<Suspicion>().ToList();
        var named = suspicions.FindAll(one => !suspicions.Exists(other => Exceeds(other, one)));
        return judged.ConvertAll(result => result with
        {
            LooksLike = [.. named.Where(one => one.Faults.Contains(result)).Select(one => one.KnownMistake)],
        });
    }

    /// <summary>Null if the mistake touches no fault, or would have yielded something else.</summary>
    private Suspicion? Suspect(KnownMistake mistake, List<JudgedResult> judged)
    {
        var touched = judged.FindAll(result => Touches(mistake, result));
        if (!touched.Exists(result => IsEvidence(mistake, result)) || touched.Exists(result => result.OnlyDumped)) { return null; }
        using var mistaken = new Mistaken(dump, mistake);
        if (ChangesLength(mistaken, mistake)) { return null; }
        return touched.TrueForAll(result => Yields(mistaken, result)) ? new(mistake, touched.FindAll(result => result.IsFault)) : null;
    }

    /// <summary>With another number of tokens than the dump has, nothing in it could have come about.</summary>
    private bool ChangesLength(Mistaken mistaken, KnownMistake mistake) =>
        mistake.Wrong.ContainsKey(ArticleSteps.tokens) && !dump.Has(ArticleSteps.tokens, Scope.Article)
        && mistaken.Result(ArticleSteps.tokens, Scope.Article).shape[0] != dump.Tokens;

    private bool Touches(KnownMistake mistake, JudgedResult result) =>
        mistake.Wrong.ContainsKey(result.Step) || PathTo(result).Between.Any(input => mistake.Wrong.ContainsKey(input.Step!));

    /// <summary>A wrong id alone may come from anywhere, unless its step has its inputs.</summary>
    private bool IsEvidence(KnownMistake mistake, JudgedResult result) => result.IsFault
        && (result.Step.dtype != ScalarType.Int64 || (mistake.Wrong.ContainsKey(result.Step) && PathTo(result).IsWhole));

    /// <summary>Whether something that is computed from a fault is right, although it does not follow from what was dumped.</summary>
    private bool IsOnlyDumped(JudgedResult fault) => fault.IsFault && Unfounded.Exists(result =>
        PathTo(result).Inputs.Any(input => input.Step == fault.Step && input.Scope.layer == fault.Scope.layer));

    private static Tensor Result(Walk walk, JudgedResult result) => walk.Run(result.Step, result.Scope).Result.tensor;

    private bool Yields(Mistaken mistaken, JudgedResult result)
    {
        try
        {
            return Agrees(result, mistaken.Result(result.Step, result.Scope), () => mistaken.Rounded(result.Step, result.Scope));
        }
        catch (Exception error) when (dump.Golden.IsPass && error is ArgumentException or ExternalException)
        {
            return false; // A cache of another length than what was dumped of scores and masks: this is not what happened.
        }
    }

    private bool Agrees(JudgedResult result, Tensor expected, Func<Tensor> rounded)
    {
        var against = PathTo(result).IsWhole ? PortTolerances.Local : PortTolerances.Golden;
        return tolerances.Judge(result.Step, against, dump.Find(result.Step, result.Scope)!.tensor, expected, rounded).Agrees;
    }

    private InputPath PathTo(JudgedResult result) => _paths.TryGetValue((result.Step, result.Scope), out var known)
        ? known
        : _paths[(result.Step, result.Scope)] = InputPath.To(result.Step, walk.Run(result.Step, result.Scope), walk, dump);

    private static int Stage(JudgedResult result) => DumpedResult.StageOf(result.Step, result.Scope);

    private static bool Exceeds(Suspicion other, Suspicion one) =>
        other.Faults.Count > one.Faults.Count && one.Faults.All(other.Faults.Contains);

    /// <summary>The reference with a mistake in it, on what the port dumped.</summary>
    private sealed class Mistaken(DumpedRun dump, KnownMistake mistake) : IDisposable
    {
        private readonly Walk _walk = Spoilt(dump.Walk(ScalarType.Float32), mistake);
        private readonly Walk _rounded = Spoilt(dump.Walk(ScalarType.BFloat16), mistake);

        public Tensor Result(ArticleStep step, Scope scope) => _walk.Run(step, scope).Result.tensor;

        public Tensor Rounded(ArticleStep step, Scope scope) => _rounded.Run(step, scope).Result.tensor;

        public void Dispose()
        {
            _walk.Dispose();
            _rounded.Dispose();
        }

        private static Walk Spoilt(Walk walk, KnownMistake mistake) =>
            walk.With(walk.Replaced.Where(pair => !mistake.Wrong.ContainsKey(pair.Key)).Concat(mistake.Wrong).ToDictionary());
    }
}
