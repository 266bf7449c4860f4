using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Fitting;

/// <summary>A number that ports get wrong: what steps compute with another in its place, so that the number can be found from what was dumped.</summary>
/// <param name="Name">What the mistake is called: in snake_case, ending in "_other" where the number has a right value.</param>
internal sealed record Number(string Name)
{
    /// <summary>Fitted numbers that leave more than this share of the error do not explain it.</summary>
    private const double Remaining = 0.5;

    /// <summary>A meaning is only given to a number whose relative error is less.</summary>
    private const double Exact = 0.01;

    /// <summary>What went wrong, as a sentence around the number, which is given as it is and as text: "about 2e-5 (± 0.01 %)".</summary>
    public required Func<double, string, ModelParams, string> Mistake { get; init; }

    /// <summary>How to fix it.</summary>
    public required Func<ModelParams, string> Fix { get; init; }

    /// <summary>The right number; null where there should be none.</summary>
    public Func<ModelParams, double?> Right { get; init; } = _ => null;

    /// <summary>Numbers to start from: the fit ends at the best one near the best of them.</summary>
    public required Func<Fault, IEnumerable<double>> Starts { get; init; }

    /// <summary>What the steps compute with another number.</summary>
    public required Func<Fault, double, (ArticleStep Step, Func<Values, StepResult> Run)[]> Wrong { get; init; }

    /// <summary>Numbers of this kind that mean something, such as 499712: "500000 in bfloat16".</summary>
    public Func<ModelParams, IEnumerable<(double Value, string Text)>> Meanings { get; init; } = _ => [];

    /// <summary>Whether it can only be one of <see cref="Starts"/>.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether only numbers that somebody would write are believed: of rare mistakes, which come near to much else with an odd number.</summary>
    public bool IsRound { get; init; }

    /// <summary>Whether a fault may come from this number.</summary>
    public bool Touches(Fault fault) =>
        Starts(fault).Take(1).Any(start => Wrong(fault, start).Any(wrong => fault.Computed.Contains(wrong.Step)));

    /// <summary>The mistake, with the number that comes nearest to what was dumped; null if none comes near.</summary>
    /// <param name="fault">A fault that the number touches.</param>
    public KnownMistake? Of(Fault fault)
    {
        var starts = Starts(fault).ToList();
        var squares = new LeastSquares(number => fault.With(Wrong(fault, number)), fault.Actual, fault.RowOf);
        return (IsWhole ? squares.BestOf(starts) : squares.Near(starts)) is { } found && Explains(found, fault) ? Named(found, fault) : null;
    }

    /// <summary>Whether it is not the right number, nor 0 for all that is known, and most of the error goes away.</summary>
    private bool Explains(Estimate found, Fault fault) => Math.Abs(found.Value) > found.Error
        && !(Right(fault.Config) is { } right && Math.Abs(found.Value - right) <= found.Error)
        && double.IsFinite(found.Residual) && found.Residual <= Remaining * new LeastSquares(_ => fault.Right, fault.Actual, fault.RowOf).BestOf([0]).Residual;

    private KnownMistake? Named(Estimate found, Fault fault)
    {
        var meanings = found.Error > Exact * Math.Abs(found.Value)
            ? []
            : Meanings(fault.Config).Where(meaning => Math.Abs(meaning.Value - found.Value) <= found.Error).ToList();
        double? meant = meanings.Count == 0 ? null : meanings[0].Value;
        var written = IsWhole ? found.Value : RoundNumber.Near(found, mostDigits: 2) ?? meant ?? RoundNumber.Near(found, IsRound ? 3 : 6);
        if (written is null && IsRound) { return null; }
        var text = IsWhole ? NumberText.Value(Math.Abs(found.Value)) : Text(written ?? RoundNumber.Shortened(found), found);
        var value = written ?? found.Value;
        return KnownMistakes.Mistake(
            Name,
            Mistake(value, text, fault.Config) + (meant is null ? "" : $"; that is {string.Join(" or ", meanings.Select(meaning => meaning.Text))}"),
            Fix(fault.Config),
            Wrong(fault, value));
    }

    /// <summary>"about 2e-5 (± 0.01 %)"</summary>
    private static string Text(double value, Estimate found) => $"about {RoundNumber.Written(value)} (± {Percent(found.Error / Math.Abs(found.Value))} %)";

    /// <summary>One digit, rounded up; no less than a thousandth.</summary>
    private static string Percent(double share)
    {
        var percent = Math.Max(100 * share, 1e-3);
        var place = Math.Pow(10, Math.Floor(Math.Log10(percent)));
        return NumberText.Limit(Math.Ceiling(percent / place - 1e-9) * place);
    }
}
