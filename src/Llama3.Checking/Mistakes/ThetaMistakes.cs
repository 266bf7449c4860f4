using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Another base of the frequencies than the model's, mostly a default where the config is not read.</summary>
internal static class ThetaMistakes
{
    private const string Read = "read rope_theta from params.json or config.json; since transformers 5 it is inside rope_parameters";

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Theta("rope_theta_1e4", 10_000, "10000, the default of LlamaConfig and the constant of Llama 2",
            "lyogavin/airllm#368", "meta-pytorch/gpt-fast#179", "google-deepmind/penzai#102", "sgl-project/sglang#14745", "InternLM/lmdeploy#4304", "vllm-project/vllm#42624"),
        Theta("rope_theta_5e4", 50_000, "50000", "rasbt/LLMs-from-scratch#407"),
        Theta("rope_theta_1e6", 1_000_000, "1000000, as in Code Llama"),
    ];

    /// <summary>Llama 3's own base in a model that has another.</summary>
    internal static KnownMistake OfLlama3 { get; } = Theta("rope_theta_5e5", 500_000, "500000, the default of Meta's ModelArgs");

    /// <summary>Shows only where frequencies or angles are told apart by less than a thousandth.</summary>
    internal static KnownMistake Rounded { get; } = Mistake(
        "rope_theta_499712", "rope_theta is rounded to bfloat16, so that 500000 becomes 499712 and 10000 becomes 9984",
        fix: "keep rope_theta in float32, also where the model's weights are converted to bfloat16",
        (freqs, v => as_the_model(v, of_theta(v, rounded(v.config.rope_theta))))).On(model => rounded(model.rope_theta) != model.rope_theta);

    internal static Tensor unscaled(Values v) => of_theta(v, v.config.rope_theta);

    internal static Tensor of_theta(Values v, double rope_theta) => 1.0 / torch.pow(rope_theta, v[zero_to_one_split_into_64_parts]);

    private static KnownMistake Theta(string name, double theta, string whose, params string[] see) =>
        Mistake(name, $"rope_theta is {whose}, instead of the model's own", fix: Read, see, (freqs, v => as_the_model(v, of_theta(v, theta))))
            .On(model => model.rope_theta != theta);

    /// <summary>Wrong frequencies of a model that scales them: only they are wrong.</summary>
    private static Tensor as_the_model(Values v, Tensor freqs) => v.config.rope_scaling switch
    {
        Llama3RopeScaling llama3 => ScalingMistakes.scaled(freqs, llama3),
        DividedRopeScaling divided => freqs / torch.tensor(divided.divisors.ToArray()),
        { } linear => freqs / linear.factor,
        null => freqs,
    };

    private static double rounded(double theta) => torch.tensor(theta).to_type(bfloat16).to_type(float32).ToSingles()[0];
}
