using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using static Llama3.Checking.Comparing.NumberText;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Fitting;

/// <summary>Numbers of the rotation, <c>angle[t, i] = t / rope_theta^(i / (head_dim/2))</c>.</summary>
internal static class RopeNumbers
{
    public static IReadOnlyList<Number> All { get; } =
    [
        // 1 / p^part. Another rule for the exponent is another theta: theta^(a·part) = (theta^a)^part.
        new("rope_theta_other")
        {
            Mistake = (_, number, config) => $"rope_theta is {number} instead of {Value(config.rope_theta)}",
            Fix = config => $"set rope_theta to {Value(config.rope_theta)}, as in params.json, and divide i by head_dim/2",
            Right = config => config.rope_theta,
            Starts = fault => fault.Config.rope_scaling is null ? Enumerable.Range(0, 26).Select(i => 10 * Math.Pow(10, i / 3.0)) : [],
            Meanings = config => [.. Roundings.Of(config.rope_theta), .. Exponents(config)],
            Wrong = (_, theta) => [(freqs, v => 1.0 / torch.pow(theta, v[zero_to_one_split_into_64_parts]))],
        },
        // p · freqs, or p · angles where the frequencies are right. Of one position, a factor is no more than another position.
        new("rope_frequencies_scaled")
        {
            Mistake = (_, number, _) => $"the angles are {number} times what they should be, as if positions or frequencies were multiplied by it",
            Fix = _ => "take positions and frequencies as they are: Llama 3 does not scale them",
            Right = _ => 1,
            Starts = fault => fault.HasRows ? [.. Enumerable.Range(1, 100).Select(i => i / 25.0), 5, 6, 7, 8, 1 / 32.0, 1 / 64.0] : [],
            Meanings = config => [.. Enumerable.Range(2, 63).Select(k => (1.0 / k, $"1/{k}")), (1 / (2 * Math.PI), "1/2π"), .. Shifts(config)],
            Wrong = (fault, factor) => fault.Computed.Contains(freqs)
                ? [(freqs, v => v.right(freqs) * factor)]
                : [(freqs_for_each_token, v => v.right(freqs_for_each_token) * factor)],
        },
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

    /// <summary>What theta an exponent with another divisor comes to.</summary>
    private static IEnumerable<(double, string)> Exponents(ModelParams config)
    {
        var (theta, half) = (config.rope_theta, config.head_dim / 2);
        (double Factor, string Rule)[] rules = [(half / (half - 1.0), "i / (head_dim/2 - 1)"), (half / (half + 1.0), "i / (head_dim/2 + 1)"), (2, "2i / (head_dim/2)")];
        return rules.Select(rule => (Math.Pow(theta, rule.Factor), $"{Value(theta)} with the exponents {rule.Rule}"));
    }

    /// <summary>The factor of exponents that are shifted by half a pair.</summary>
    private static IEnumerable<(double, string)> Shifts(ModelParams config) =>
        [(Math.Pow(config.rope_theta, -1.0 / config.head_dim), "what the exponents (i + ½) / (head_dim/2) come to")];
}
