using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>Scores become wrong probabilities.</summary>
internal static class SamplingMistakes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Order("sampling_temperature_first", SamplingOrder.TemperatureFirst, "the temperature comes before the cuts, as in transformers, where the order of llama.cpp is asked for",
            "apply top-k, top-p and min-p first, and divide by the temperature last"),
        Order("sampling_temperature_last", SamplingOrder.TemperatureLast, "the temperature comes after the cuts, as in llama.cpp, where the order of transformers or Meta is asked for",
            "divide by the temperature first, and apply top-k, top-p and min-p then"),
        Steps("sampling_temperature_multiplied", "scores are multiplied by the temperature", "divide scores by the temperature", [], steps => steps with { Divide = (score, temperature) => score * temperature }),
        Steps("sampling_temperature_ignored", "the temperature changes nothing", "divide scores by the temperature", [], steps => steps with { Divide = (score, _) => score }),
        Steps("sampling_softmax_twice", "softmax is taken of the probabilities that are left, not of their scores", "divide the probabilities that are left by their sum, or set the scores of the others to -inf",
            ["tenstorrent/tt-metal#25341"], steps => steps with { End = tokens => ScoredToken.Softmax([.. tokens.Select(token => token with { Score = token.Probability })]) }),
        Steps("sampling_not_normalised", "the probabilities that are left do not add up to 1", "divide the probabilities that are left by their sum", [], steps => steps with { End = tokens => tokens }),
        Steps("sampling_top_k_not_normalised", "top-p is held against the probabilities of all tokens, as they were before top-k, or comes before it", "apply top-k first, and take softmax again of what it has left",
            ["ml-explore/mlx-lm#388"], steps => steps with { IsNormalised = false }),
        Steps("sampling_top_p_too_small", "the token with which top-p is reached is cut off", "keep the token with which the sum reaches top-p; the likeliest always stays", [],
            steps => steps with { InNucleus = (before, own, top_p) => before == 0 || before + own <= top_p }),
        Steps("sampling_top_p_without_first", "the token with which top-p is reached is cut off, even the likeliest one", "keep the token with which the sum reaches top-p", ["skyzh/tiny-llm#32"],
            steps => steps with { InNucleus = (before, own, top_p) => before + own <= top_p }),
        Steps("sampling_top_p_of_each", "top-p is held against each probability by itself", "add up the probabilities of the likelier tokens", [],
            steps => steps with { InNucleus = (before, own, top_p) => before == 0 || own >= 1 - top_p }),
        Steps("sampling_top_k_one_less", "top-k keeps one token too few", "keep as many tokens as top-k says", [], steps => steps with { Count = k => Math.Max(k - 1, 1) }),
        Steps("sampling_top_k_one_more", "top-k keeps one token too many", "keep as many tokens as top-k says", [], steps => steps with { Count = k => k + 1 }),
        Steps("sampling_top_k_ignored", "top-k changes nothing", "keep as many tokens as top-k says", [], steps => steps with { Count = _ => int.MaxValue }),
        Steps("sampling_min_p_absolute", "min-p is held against probabilities as they are, not as a share of the largest", "keep tokens with at least min-p times the largest probability", [],
            steps => steps with { Floor = (_, min_p) => min_p }),
        Steps("sampling_min_p_ignored", "min-p changes nothing", "keep tokens with at least min-p times the largest probability", [], steps => steps with { Floor = (_, _) => 0 }),
        Steps("sampling_top_p_ignored", "top-p changes nothing, as where logarithms are added up, which never reach it", "keep the likeliest tokens that have the probability top-p together", ["skyzh/tiny-llm#32"], steps => steps with { InNucleus = (_, _, _) => true }),
    ];

    private static TextMistake Order(string name, SamplingOrder order, string mistake, string fix) =>
        new(TextKind.Sampling, name, mistake, fix, port => port with { Sampler = (sampling, _) => port.Sampler(sampling, order) }) { Threads = ["timtoole02/Camelid#534"] };

    private static TextMistake Steps(string name, string mistake, string fix, string[] threads, Func<SamplingSteps, SamplingSteps> change)
    {
        var steps = change(new SamplingSteps());
        return new(TextKind.Sampling, name, mistake, fix, port => port with { Sampler = steps.Of }) { Threads = threads };
    }
}
