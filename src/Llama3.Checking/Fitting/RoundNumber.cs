using System.Globalization;

namespace Llama3.Checking.Fitting;

/// <summary>The number that somebody has written, where a fitted one is near to it: 2e-5 for 2.0000013e-5.</summary>
internal static class RoundNumber
{
    /// <summary>One of so many round numbers of a length would be as near by chance.</summary>
    private const int Chance = 20;

    /// <summary>The number with the fewest digits that is within the error; null if that would be chance.</summary>
    /// <param name="fitted">The fitted number.</param>
    /// <param name="mostDigits">How many digits it may have.</param>
    public static double? Near(Estimate fitted, int mostDigits) => Enumerable.Range(1, mostDigits)
        .Where(digits => fitted.Error * Chance <= Spacing(fitted.Value, digits))
        .Select(digits => (double?)double.Parse(fitted.Value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
        .FirstOrDefault(round => Math.Abs(round!.Value - fitted.Value) <= fitted.Error);

    /// <summary>The digits that the error leaves, for display.</summary>
    public static double Shortened(Estimate fitted)
    {
        var place = Math.Pow(10, Math.Floor(Math.Log10(fitted.Error)));
        return Math.Round(fitted.Value / place) * place;
    }

    /// <summary>Six digits, with a power of ten where that is shorter.</summary>
    public static string Written(double value) => double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        .ToString(Math.Abs(value) is >= 1e-3 and < 1e9 ? "0.########" : "0.#####e+0", CultureInfo.InvariantCulture);

    /// <summary>How far two numbers with so many digits are apart.</summary>
    private static double Spacing(double value, int digits) => Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - digits + 1);
}
