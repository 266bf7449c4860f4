using Llama3.Reference.Checking;

namespace Llama3.Reference.Ports;

/// <summary>A step over all layers in which it was dumped.</summary>
/// <param name="Step">The step or finer point.</param>
/// <param name="Results">Its results; none if it was not dumped.</param>
public sealed record PortStep(ArticleStep Step, IReadOnlyList<PortResult> Results)
{
    /// <summary>The gravest verdict of all layers.</summary>
    public Verdict Verdict =>
        Results.Count == 0 ? Verdict.NotDumped
        : Has(Verdict.WrongHere) ? Verdict.WrongHere
        : Has(Verdict.NotComputable) ? Verdict.NotComputable
        : Has(Verdict.Inherited) ? Verdict.Inherited
        : Verdict.Ok;

    /// <summary>Whether the fault lies here, or between here and the inputs.</summary>
    public bool IsFault => Verdict is Verdict.WrongHere or Verdict.NotComputable;

    /// <summary>The results with that verdict.</summary>
    public IReadOnlyList<PortResult> Gravest => [.. Results.Where(result => result.Verdict == Verdict)];

    /// <summary>The mistakes that every fault of the step looks like; if there is none, those that some of them look like.</summary>
    public IReadOnlyList<Pitfall> LooksLike
    {
        get
        {
            var named = Gravest.SelectMany(result => result.LooksLike).Distinct().ToList();
            var common = named.FindAll(pitfall => Gravest.All(result => result.LooksLike.Contains(pitfall)));
            return common.Count > 0 ? common : named;
        }
    }

    private bool Has(Verdict verdict) => Results.Any(result => result.Verdict == verdict);
}
