using System.Runtime.InteropServices;
using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What the dump says of a hypothesis at one site.</summary>
internal enum Finding
{
    /// <summary>Nothing that was dumped depends on it.</summary>
    Nothing,

    /// <summary>Nothing is at fault there, and nothing would be: right and wrong are the same there, as far as roundings tell.</summary>
    Agrees,

    /// <summary>It computes all that was dumped there of what it touches, faults among it.</summary>
    Explains,

    /// <summary>Nothing is at fault there, so that the mistake was not made there.</summary>
    NotMade,

    /// <summary>Something is at fault there that it touches, and it does not compute that.</summary>
    Contradicts,
}

/// <summary>A hypothesis, tried out on the prompt or on one pass: the port's own inputs, and the mistake in what is computed from them.</summary>
/// <remarks>The rules are those of <see cref="Diagnosis"/>; the method of each has its number.</remarks>
internal sealed class Trial : IDisposable
{
    private readonly Evidence _run;
    private readonly Hypothesis _hypothesis;
    private readonly IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> _wrong;
    private readonly Replay _right;
    private readonly Replay _mistaken;

    /// <summary>Nothing is computed yet.</summary>
    /// <param name="hypothesis">What may have happened.</param>
    /// <param name="run">The prompt, or the pass.</param>
    /// <param name="before">The same hypothesis, tried out on what came before; null if there is nothing, or it cannot happen there.</param>
    public Trial(Hypothesis hypothesis, Evidence run, Trial? before)
    {
        (_hypothesis, _run, _wrong) = (hypothesis, run, hypothesis.WrongOn(run.Dump.Golden));
        _right = hypothesis.BesidePrepared ? run.BesidePrepared : run.Right;
        _mistaken = _right.With(_wrong, before?._mistaken);
    }

    /// <summary>The faults that it has explained so far, each with its distance from what the mistake computes.</summary>
    public Dictionary<JudgedResult, double> Explained { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>What the dump says of it at a site.</summary>
    public Finding At(Site site)
    {
        var touched = site.Results.Where(Touches).ToList();
        if (touched.Count == 0) { return Finding.Nothing; }
        var faults = touched.FindAll(result => result.IsFault);
        if (faults.Count == 0) { return ComputesAll(touched) ? Finding.Agrees : Finding.NotMade; }
        if (_hypothesis.BesidePrepared && faults.Exists(fault => DumpContract.Prepared.Contains(fault.Step))) { return Finding.Contradicts; }
        if (touched.Exists(IsSlip) || !ComputesAll(touched)) { return Finding.Contradicts; }
        foreach (var fault in faults) { Explained[fault] = Nearness(fault)!.Distance; }
        return faults.Exists(IsEvidence) ? Finding.Explains : Finding.Agrees;
    }

    /// <summary>Rule 1: whether it touches a result.</summary>
    public bool Touches(JudgedResult result) => _wrong.ContainsKey(result.Step) || PathTo(result).Between.Any(input => _wrong.ContainsKey(input.Step!));

    /// <summary>How far a result is from what the mistake computes; NaN where it cannot be computed from what was dumped.</summary>
    public double DistanceTo(JudgedResult result) => KeepsLength() && Nearness(result) is { } nearness ? nearness.Distance : double.NaN;

    /// <summary>Whether a step goes on from its own right result; false where it cannot be computed from what was dumped.</summary>
    public bool GoesOn(ArticleStep step, Scope scope) =>
        KeepsLength() && Computed(step, scope, _mistaken.Inputs) is { } inputs && inputs.Any(input => input.Step == step);

    /// <summary>Frees what was computed at a site, and read of the dump there.</summary>
    public void Forget(Site site)
    {
        _mistaken.ForgetLayer(site.Stage);
        _run.Forget(site);
    }

    /// <summary>Frees what was computed.</summary>
    public void Dispose() => _mistaken.Dispose();

    /// <summary>Rule 2.</summary>
    private bool IsEvidence(JudgedResult fault) => !(Explained[fault] >= fault.Deciding.Distance)
        && (fault.Step.dtype != ScalarType.Int64 || (_wrong.ContainsKey(fault.Step) && PathTo(fault).HasAllInputs));

    /// <summary>Rule 3.</summary>
    private static bool IsSlip(JudgedResult result) => result.OnlyDumped;

    private bool ComputesAll(List<JudgedResult> touched) =>
        KeepsLength() && touched.TrueForAll(result => IsBeside(result) || (Nearness(result) is { } nearness && _mistaken.IsNear(nearness)));

    /// <summary>Rule 4. Where the tokens themselves were dumped, rule 6 compares them.</summary>
    private bool KeepsLength() => !_wrong.ContainsKey(ArticleSteps.tokens) || _run.Dump.Has(ArticleSteps.tokens, Scope.Article)
        || _mistaken.Result(ArticleSteps.tokens, Scope.Article).shape[0] == _run.Dump.Tokens;

    /// <summary>
    /// Rule 5: what the mistake makes of a step; null if that cannot be computed from what was dumped. Where a model has other sizes than the
    /// article's, the matrices of a mistake may not fit: nobody can make it there.
    /// </summary>
    private T? Computed<T>(ArticleStep step, Scope scope, Func<ArticleStep, Scope, T> compute)
        where T : class
    {
        var path = _right.PathTo(step, scope);
        try
        {
            return _mistaken.Fits(path) ? compute(step, scope) : null;
        }
        catch (Exception error) when (error is (ArgumentException and not ArgumentNullException) or ExternalException)
        {
            return null;
        }
    }

    /// <summary>Whether a result is a table or a weight that is right as dumped, though the port went on with another.</summary>
    private bool IsBeside(JudgedResult result) =>
        _hypothesis.BesidePrepared && result.Verdict == Verdict.Ok && DumpContract.Prepared.Contains(result.Step);

    /// <summary>Rule 6; null where rule 5 says no.</summary>
    private Closeness? Nearness(JudgedResult result) => Computed(result.Step, result.Scope, _mistaken.Result) is { } computed
        ? _mistaken.Judge(result.Step, result.Scope, PathTo(result), computed)
        : null;

    private InputPath PathTo(JudgedResult result) => _right.PathTo(result.Step, result.Scope);
}
