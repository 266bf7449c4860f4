using System.Globalization;

namespace Llama3.Checking.Comparing;

/// <summary>How numbers are written in messages.</summary>
internal static class NumberText
{
    /// <summary>An element of a tensor: a whole number in full, any other with six digits.</summary>
    public static string Value(double value) => Text(
        value, value == Math.Truncate(value) && Math.Abs(value) < 1e15 ? "0" : Math.Abs(value) is >= 1e-4 and < 1e5 ? "G6" : "0.#####e+0");

    /// <summary>A limit: three digits, as short as they go, such as "1e-5".</summary>
    public static string Limit(double value) => Text(value, HasPower(value) ? "0.##e+0" : "G3");

    /// <summary>A distance that was measured: three digits. Before a power of ten, at least one is after the point, such as "1.0e-5".</summary>
    public static string Measured(double value) => Text(value, HasPower(value) ? "0.0#e+0" : "G3");

    /// <summary>Whole numbers in order, those that follow each other as a range: "0, 2–5, 9".</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var number in numbers.Distinct().Order())
        {
            if (runs.Count > 0 && runs[^1].Last == number - 1) { runs[^1] = (runs[^1].First, number); }
            else { runs.Add((number, number)); }
        }
        return string.Join(", ", runs.Select(run => run.First == run.Last ? $"{run.First}" : $"{run.First}–{run.Last}"));
    }

    private static bool HasPower(double value) => value != 0 && Math.Abs(value) is < 1e-3 or >= 999.5;

    private static string Text(double value, string format) => value switch
    {
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.ToString(format, CultureInfo.InvariantCulture),
    };
}
