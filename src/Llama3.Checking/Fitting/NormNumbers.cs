using Llama3.Checking.Mistakes;
using static Llama3.Checking.Comparing.NumberText;

namespace Llama3.Checking.Fitting;

/// <summary>
/// Numbers of the norms, <c>x / √(Σx² / dim + norm_eps) · w</c>. Small rows say most about norm_eps. From one row nothing follows: whatever
/// the row is divided by, some number gives it.
/// </summary>
internal static class NormNumbers
{
    public static IReadOnlyList<Number> All { get; } =
    [
        // x / √(mean(x²) + p) · w
        new("norm_eps_other")
        {
            Mistake = (_, number, config) => $"norm_eps is {number} instead of {Value(config.norm_eps)}",
            Fix = config => $"set norm_eps to {Value(config.norm_eps)}, as in params.json",
            Right = config => config.norm_eps,
            Starts = fault => OfRows(fault, 1e-7, 1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 1e-3, 1e-2, 0.1, 1),
            Meanings = config => NarrowNumbers.Of(config.norm_eps),
            Wrong = (_, eps) => NormMistakes.Normalized((x, _) => NormMistakes.normalized(x, eps)),
        },
        // x / (√mean(x²) + p) · w
        new("norm_eps_outside_other")
        {
            IsRound = true,
            Mistake = (_, number, config) => $"{number} is added after the root, instead of norm_eps ({Value(config.norm_eps)}) inside it",
            Fix = _ => "add norm_eps to the mean of squares, then take the root of the sum",
            Starts = fault => OfRows(fault, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1),
            Wrong = (_, eps) => NormMistakes.Normalized((x, _) => x / (NormMistakes.mean_square(x).sqrt() + eps)),
        },
        // x / √(Σx² / p + norm_eps) · w
        new("norm_divisor_other")
        {
            IsRound = true,
            Mistake = (_, number, config) => $"the sum of squares is divided by {number} instead of dim ({config.dim})",
            Fix = _ => "divide the sum of squares by dim before taking the root",
            Right = config => config.dim,
            Starts = fault => OfRows(fault, 1, fault.Config.head_dim, fault.Config.dim / 2, fault.Config.dim * 2, fault.Config.dim * fault.Config.dim),
            Meanings = Sizes.Of,
            Wrong = (_, divisor) => NormMistakes.Normalized(
                (x, eps) => x * torch.rsqrt(NormMistakes.mean_square(x) * (x.shape[^1] / divisor) + eps)),
        },
    ];

    private static double[] OfRows(Fault fault, params double[] starts) => fault.HasRows ? starts : [];
}
