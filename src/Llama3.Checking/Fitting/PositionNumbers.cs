using Llama3.Reference;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Fitting;

/// <summary>Offsets of positions: whole numbers, each of which is tried.</summary>
internal static class PositionNumbers
{
    public static IReadOnlyList<Number> All { get; } =
    [
        // (t + p) · freqs, in the prompt
        new("rope_pos_other")
        {
            IsWhole = true,
            Mistake = (value, number, _) => $"all positions are {number} too {(value > 0 ? "high" : "low")}",
            Fix = _ => "count positions from 0; padding has none",
            Right = _ => 0,
            Starts = fault => fault.Dump.Golden.IsPass ? [] : Offsets(fault.Dump.Tokens),
            Wrong = (_, offset) => [(freqs_for_each_token, v => v.right(freqs_for_each_token) + v[freqs] * offset)],
        },
        // N + p, N + 1 + p, … in a pass after the prompt
        new("cache_pos_other")
        {
            IsWhole = true,
            Mistake = (value, number, _) => $"the positions of the new tokens are {number} too {(value > 0 ? "high" : "low")}",
            Fix = _ => "give the first new token position N, the number of tokens before it",
            Right = _ => 0,
            Starts = fault => fault.Dump.Golden.IsPass ? Offsets(fault.Dump.Golden.Kept) : [],
            Wrong = (_, offset) => [(CacheSteps.positions, v => v.right(CacheSteps.positions) + (long)offset)],
        },
    ];

    /// <summary>Small ones, and what padding to a power of two leaves.</summary>
    private static IEnumerable<double> Offsets(long tokens) => Enumerable.Range((int)-Math.Min(tokens, 64), (int)Math.Min(tokens, 64) + 65)
        .Concat(Enumerable.Range(5, 9).SelectMany(power => (int[])[1 << power, (1 << power) - (int)tokens]))
        .Where(offset => offset != 0).Distinct().Select(offset => (double)offset);
}
