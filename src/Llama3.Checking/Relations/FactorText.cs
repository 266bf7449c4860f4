using System.Globalization;
using Llama3.Checking.Comparing;
using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Relations;

/// <summary>A factor in words, with the size that it comes from.</summary>
internal static class FactorText
{
    /// <summary>As near as three digits.</summary>
    private const double Near = 2e-3;

    /// <summary>"every value is 3.16 times the golden (√head_dim)"</summary>
    public static string Of(double factor, ModelParams config) => factor switch
    {
        _ when IsNear(factor, -1) => "every value has the wrong sign",
        _ when IsNear(factor, 2) => "every value is twice the golden",
        _ when IsNear(factor, 0.5) => "every value is half the golden",
        _ => $"every value is {Digits(factor)} times the golden{Source(factor, config)}",
    };

    private static string Source(double factor, ModelParams config)
    {
        (string Name, double Value)[] sizes =
        [
            ("√head_dim", Math.Sqrt(config.head_dim)), ("head_dim", config.head_dim), ("√dim", Math.Sqrt(config.dim)), ("dim", config.dim),
            ("√n_heads", Math.Sqrt(config.n_heads)), ("n_heads", config.n_heads),
        ];
        return sizes.Where(size => IsNear(factor, size.Value)).Select(size => $" ({size.Name})")
            .Concat(sizes.Where(size => IsNear(factor, 1 / size.Value)).Select(size => $" (1/{size.Name})"))
            .FirstOrDefault("");
    }

    /// <summary>Near to 1, three digits would say 1.</summary>
    private static string Digits(double factor) => Math.Abs(factor - 1) < 5e-3
        ? factor.ToString("G6", CultureInfo.InvariantCulture)
        : NumberText.Measured(factor);

    private static bool IsNear(double factor, double other) => Math.Abs(factor / other - 1) < Near;
}
