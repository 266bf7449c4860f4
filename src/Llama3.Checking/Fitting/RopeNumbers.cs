using Llama3.Formats.Checkpoints;
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
            Meanings = config => [.. NarrowNumbers.Of(config.rope_theta), .. Exponents(config)],
            Wrong = (_, theta) => [(freqs, v => 1.0 / torch.pow(theta, v[zero_to_one_split_into_64_parts]))],
        },
        // p · part, where parts were dumped
        new("rope_exponent_other")
        {
            Mistake = (_, number, _) => $"the exponents are {number} times what they should be",
            Fix = _ => "divide i by head_dim/2, or 2i by head_dim",
            Right = _ => 1,
            Starts = fault => fault.Computed.Contains(freqs) ? [] : [1.5],
            Meanings = config => Rules(config).Select(rule => (rule.Factor, $"{rule.Text} instead of i / (head_dim/2)")),
            Wrong = (_, factor) => [(zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) * factor)],
        },
        // part + p / (head_dim/2), where parts were dumped
        new("rope_exponent_shifted")
        {
            Mistake = (_, number, _) => $"the exponents count pairs from {number} instead of 0",
            Fix = _ => "start with i = 0, so that the first pair rotates by 1 radian per position",
            Right = _ => 0,
            Starts = fault => fault.Computed.Contains(freqs) ? [] : [0.5],
            Wrong = (_, first) => [(zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) + first * 2 / v.config.head_dim)],
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
    ];

    /// <summary>What theta exponents with another divisor come to.</summary>
    private static IEnumerable<(double, string)> Exponents(ModelParams config) =>
        Rules(config).Select(rule => (Math.Pow(config.rope_theta, rule.Factor), $"{Value(config.rope_theta)} with the exponents {rule.Text}"));

    /// <summary>Wrong rules for exponents, and by what they are too large.</summary>
    private static IEnumerable<(double Factor, string Text)> Rules(ModelParams config)
    {
        var half = config.head_dim / 2;
        return [(half / (half - 1.0), "i / (head_dim/2 - 1)"), (half / (half + 1.0), "i / (head_dim/2 + 1)"), (2, "2i / (head_dim/2)")];
    }

    /// <summary>The factor of exponents that are shifted by half a pair.</summary>
    private static IEnumerable<(double, string)> Shifts(ModelParams config) =>
        [(Math.Pow(config.rope_theta, -1.0 / config.head_dim), "what the exponents (i + ½) / (head_dim/2) come to")];
}
