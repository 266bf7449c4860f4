using Llama3.Checking.Comparing;
using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Relations;

/// <summary>What is the same for every value: a constant, a factor, an offset, a function of the right value.</summary>
internal static class Everywhere
{
    /// <summary>Fewer numbers have a factor, or an offset, by chance.</summary>
    private const int Enough = 3;

    private static readonly (string Text, Func<float, float> Of)[] Functions =
    [
        ("1 divided by the golden", x => 1 / x), ("the golden without its sign", Math.Abs), ("the square of the golden", x => x * x),
        ("the root of the golden", MathF.Sqrt), ("the exponential of the golden", MathF.Exp), ("the logarithm of the golden", MathF.Log),
    ];

    /// <summary>"every value is 3.16 times the golden (√head_dim)"</summary>
    public static string? Of(IReadOnlyList<Miss> misses, ModelParams config) =>
        Constant(misses) ?? Scaled(misses, config) ?? Shifted(misses) ?? OfFunction(misses);

    private static string? Constant(IReadOnlyList<Miss> misses)
    {
        var constants = misses.Select(miss => miss.Actual.Values.Distinct().Take(2).ToList()).ToList();
        if (!constants.TrueForAll(values => values.Count == 1) || misses.All(miss => miss.Actual.Values.Length < Enough)) { return null; }
        return constants.Select(values => values[0]).Distinct().ToList() is [var one]
            ? $"every value is {NumberText.Value(one)}"
            : $"all values are equal, such as {NumberText.Value(constants[0][0])}";
    }

    private static string? Scaled(IReadOnlyList<Miss> misses, ModelParams config)
    {
        if (Exactest(misses, value => value != 0) is not { } best) { return null; }
        var factor = Finite(best).Sum(pair => (double)pair.Actual * pair.Expected) / Finite(best).Sum(pair => (double)pair.Expected * pair.Expected);
        return factor != 0 && Relation.Holds(misses.Select(miss => miss.Fits([.. miss.Expected.Values.Select(value => (float)(value * factor))])))
            ? FactorText.Of(factor, config)
            : null;
    }

    /// <summary>A large offset would drown the golden: so the distance counts in units of the golden itself.</summary>
    private static string? Shifted(IReadOnlyList<Miss> misses)
    {
        if (Exactest(misses, _ => true) is not { } best) { return null; }
        var offset = Finite(best).Average(pair => (double)pair.Actual - pair.Expected);
        return Relation.Holds(misses.Select(miss => miss.Fits(
            Comparison.DistanceBetween([.. miss.Actual.Values.Select(value => (float)(value - offset))], miss.Expected.Values),
            Comparison.DistanceBetween(miss.Actual.Values, miss.Expected.Values))))
            ? $"every value is the golden {(offset < 0 ? "minus" : "plus")} {NumberText.Limit(Math.Abs(offset))}"
            : null;
    }

    private static string? OfFunction(IReadOnlyList<Miss> misses) => Functions
        .Where(function => misses.Any(miss => miss.Expected.Values.Distinct().Count() >= Enough)
            && Relation.Holds(misses.Select(miss => miss.Fits([.. miss.Expected.Values.Select(function.Of)]))))
        .Select(function => $"every value is {function.Text}")
        .FirstOrDefault();

    /// <summary>The result that tells most exactly which number it is; null if all have too few numbers.</summary>
    private static Miss? Exactest(IReadOnlyList<Miss> misses, Func<float, bool> counts) => misses
        .Where(miss => Finite(miss).Count(pair => counts(pair.Expected)) >= Enough)
        .MinBy(miss => miss.Limit);

    private static IEnumerable<(float Actual, float Expected)> Finite(Miss miss) =>
        miss.Actual.Values.Zip(miss.Expected.Values).Where(pair => float.IsFinite(pair.First) && float.IsFinite(pair.Second));
}
