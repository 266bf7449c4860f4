using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>A step over all layers in which it was dumped.</summary>
/// <param name="Step">The step or finer point.</param>
/// <param name="Results">Its results; none if it was not dumped.</param>
public sealed record JudgedStep(ArticleStep Step, IReadOnlyList<JudgedResult> Results)
{
    /// <summary>The gravest verdict of all layers.</summary>
    public Verdict Verdict =>
        Results.Count == 0 ? Verdict.NotDumped
        : Has(Verdict.WrongHere) ? Verdict.WrongHere
        : Has(Verdict.WrongBetween) ? Verdict.WrongBetween
        : Has(Verdict.Inherited) ? Verdict.Inherited
        : Verdict.Ok;

    /// <summary>Whether the fault lies here, or between here and the inputs.</summary>
    public bool IsFault => Verdict is Verdict.WrongHere or Verdict.WrongBetween;

    /// <summary>The results with that verdict.</summary>
    public IReadOnlyList<JudgedResult> Gravest => [.. Results.Where(result => result.Verdict == Verdict)];

    /// <summary>The mistakes that every fault of the step looks like; if there is none, those that some of them look like.</summary>
    public IReadOnlyList<KnownMistake> LooksLike
    {
        get
        {
            var named = Gravest.SelectMany(result => result.LooksLike).Distinct().ToList();
            var common = named.FindAll(mistake => Gravest.All(result => result.LooksLike.Contains(mistake)));
            return common.Count > 0 ? common : named;
        }
    }

    private bool Has(Verdict verdict) => Results.Any(result => result.Verdict == verdict);
}
