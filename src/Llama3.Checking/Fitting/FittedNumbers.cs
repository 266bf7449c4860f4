using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Fitting;

/// <summary>
/// Mistakes with a number that is fitted from the dump, for faults that no known mistake explains: "norm_eps is about 2e-5 (± 0.01 %)". Each is
/// what would explain one fault best, and no more than a guess, until it is tried on everything that was dumped of the steps that it touches.
/// One object serves the prompt and all passes.
/// </summary>
internal sealed class FittedNumbers
{
    /// <summary>A number that is wrong everywhere shows at the first faults; where all is wrong, no more time is spent on it.</summary>
    private const int MostTries = 2;

    private readonly Dictionary<Number, int> _tries = [];

    /// <summary>All numbers that are fitted, in the order of the article.</summary>
    public static IReadOnlyList<Number> All { get; } = [.. NormNumbers.All, .. RopeNumbers.All, .. PositionNumbers.All, .. KeptNumbers.All, .. ScoreNumbers.All, .. FactorNumbers.All];

    /// <summary>The mistakes that come near to a fault; none for a wrong id, or where no result of a whole layer before it was dumped.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="step">The step that is wrong.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="between">Results between the dumped inputs and this one that are not dumped.</param>
    public IReadOnlyList<KnownMistake> Of(DumpedRun dump, ArticleStep step, Scope scope, IReadOnlyList<Input> between)
    {
        var layers = between.Where(input => input.Step!.repeats != Repeats.Once).Select(input => input.Scope.layer).Append(scope.layer).Distinct();
        if ((step.dtype == ScalarType.Int64 && step != CacheSteps.positions) || layers.Count() > 1
            || !Work.IsLittle(dump, step, between))
        {
            return [];
        }
        using var fault = new Fault(dump, step, scope, between);
        var touching = All.Where(number => number.Touches(fault) && _tries.GetValueOrDefault(number) < MostTries).ToList();
        foreach (var number in touching) { _tries[number] = _tries.GetValueOrDefault(number) + 1; }
        return [.. touching.Select(number => number.Of(fault)).OfType<KnownMistake>()];
    }
}
