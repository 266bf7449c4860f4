namespace Llama3.Verify.Printing.Pictures;

/// <summary>Between which numbers a picture is drawn, and what a legend says of them.</summary>
internal sealed class Extremes
{
    private readonly bool _hasForbidden;
    private readonly bool _hasFaults;

    /// <param name="numbers">All that are drawn; -inf, +inf and NaN count for nothing but the legend.</param>
    public Extremes(float[] numbers)
    {
        var finite = numbers.Where(float.IsFinite).ToArray();
        (Least, Most) = finite.Length == 0 ? (0, 0) : (finite.Min(), finite.Max());
        _hasForbidden = Array.Exists(numbers, float.IsNegativeInfinity);
        _hasFaults = Array.Exists(numbers, IsFault);
    }

    public double Least { get; }

    public double Most { get; }

    /// <summary>Whether a number is below 0.</summary>
    public bool IsSigned => Least < 0;

    /// <summary>The largest magnitude.</summary>
    public double Largest => Math.Max(Math.Abs(Least), Math.Abs(Most));

    /// <summary>Whether it is NaN or +inf; -inf is what a mask forbids.</summary>
    public static bool IsFault(float number) => float.IsNaN(number) || float.IsPositiveInfinity(number);

    /// <summary>A number's distance from 0 in shares of the largest magnitude, from -1 to 1.</summary>
    public double Signed(double number) => Largest > 0 ? number / Largest : 0;

    /// <summary>A number's place between the least, 0, and the most, 1.</summary>
    public double Place(double number) => Most > Least ? (number - Least) / (Most - Least) : 0;

    /// <summary>What stands for numbers that are not finite, if there are any.</summary>
    public string Others(string forbidden, string fault) =>
        (_hasForbidden ? $"; {forbidden}: -inf" : "") + (_hasFaults ? $"; {fault}: NaN or inf" : "");
}
