using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in scaling the frequencies of a model that says so. Those that pair by pair are wrong are of Llama 3.1's scaling, with its three bands.</summary>
internal static class ScalingMistakes
{
    private const string ReadAll = "read factor, low_freq_factor, high_freq_factor and original_max_position_embeddings from the scaling block of config.json";
    private const string ThreeBands =
        "by the turns of a pair within the original context: leave it if they are more than high_freq_factor, divide it by factor if fewer than low_freq_factor, and blend between";
    private const string InAllPasses = "compute the frequencies once, and use them in the prompt and in every pass after it";

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("rope_scaling_ignored", "the frequencies are not scaled, though the model says so: the scaling block of the config is not read, or its type is looked for under another name",
            fix: "scale the frequencies as rope_scaling (rope_parameters in transformers 5) of config.json says, or use_scaled_rope of params.json",
            see: ["jmaczan/tiny-vllm#1", "Blaizzy/mlx-vlm#1710", "lablup/mlxcel#1355", "huggingface/transformers#32330", "Lightning-AI/litgpt#1713"],
            (freqs, v => ThetaMistakes.unscaled(v))).On(IsScaled),
        Mistake("rope_parameters_ignored", "rope_theta is 10000, the default of LlamaConfig, and nothing is scaled: the block rope_parameters of config.json is not read",
            fix: "read rope_theta and the scaling from rope_parameters where config.json has it",
            see: ["Open-Athena/MarinFold#184"],
            (freqs, v => ThetaMistakes.of_theta(v, 10_000))).On(model => IsScaled(model) && model.rope_theta != 10_000),
        Mistake("rope_scaling_in_prompt_only", "the frequencies are scaled in the prompt, and not in the passes after it",
            fix: InAllPasses,
            (freqs, v => v.kept > 0 ? ThetaMistakes.unscaled(v) : v.right(freqs))).On(IsScaled).WithPasses(),
        Mistake("rope_scaling_in_passes_only", "the frequencies are not scaled in the prompt, though in the passes after it",
            fix: InAllPasses,
            (freqs, v => v.kept > 0 ? v.right(freqs) : ThetaMistakes.unscaled(v))).On(IsScaled).WithPasses(),
        OtherFactor("rope_scaling_factor_8", 8, "the constant of Meta's code", "meta-llama/llama-models#241", "pytorch/executorch#7265"),
        OtherFactor("rope_scaling_factor_32", 32, "that of the small models of Llama 3.2"),
        OtherNumber("rope_scaling_low_1", "low_freq_factor is 1, the constant of Meta's code and mlx-lm's default", s => s with { low_freq_factor = 1 }),
        OtherNumber("rope_scaling_high_4", "high_freq_factor is 4, the constant of Meta's code and mlx-lm's default", s => s with { high_freq_factor = 4 }),
        OtherNumber("rope_scaling_context_8192", "the original context is 8192, the constant of Meta's code and mlx-lm's default",
            s => s with { original_max_position_embeddings = 8192 }),
        OtherNumber("rope_scaling_original_context", "the original context is taken to be 131072, max_position_embeddings of Llama 3.1 to 3.3",
            s => s with { original_max_position_embeddings = 131_072 }),
        Pairs("rope_scaling_linear", "the factor divides all frequencies, or all positions, as linear scaling does",
            (freq, s) => freq / s.factor, "lablup/mlxcel#1688"),
        Pairs("rope_scaling_multiplied", "the frequencies of slow pairs are multiplied by the factor instead of divided",
            (freq, s) => blended(freq, s with { factor = 1 / s.factor })),
        Pairs("rope_scaling_by_wavelength", "the middle band is blended by wavelengths instead of frequencies",
            (freq, s) => freq / ((1 - smooth(freq, s)) * s.factor + smooth(freq, s))),
        Pairs("rope_scaling_smooth_swapped", "in the middle band smooth and 1 - smooth have changed places",
            (freq, s) => InMiddle(freq, s) ? reversed(freq, s) : blended(freq, s)),
        Pairs("rope_scaling_low_high_swapped", "low_freq_factor and high_freq_factor have changed places: fast pairs are divided, and slow ones left as they are",
            reversed),
        Pairs("rope_scaling_middle_only", "slow pairs are left as they are: only the middle band is scaled",
            (freq, s) => smooth(freq, s) == 0 ? freq : blended(freq, s)),
        Pairs("rope_scaling_middle_kept", "the middle band is left as it is instead of blended, or Meta's code has low_freq_factor and high_freq_factor in each other's place",
            (freq, s) => InMiddle(freq, s) ? freq : blended(freq, s)),
        Pairs("rope_scaling_middle_divided",
            "the middle band is divided by the factor instead of blended, or Hugging Face's code has low_freq_factor and high_freq_factor in each other's place",
            (freq, s) => InMiddle(freq, s) ? freq / s.factor : blended(freq, s)),
        Mistake("rope_theta_1e4_with_rope_freqs", "rope_theta is 10000, while the frequencies are divided by the numbers that belong to the model's own, as rope_freqs.weight of a GGUF file has them",
            fix: "read llama.rope.freq_base from the file; if it is missing, rope_theta is 10000",
            (freqs, v => ThetaMistakes.of_theta(v, 10_000) / (ThetaMistakes.unscaled(v) / v.right(freqs)))).On(model => HasBands(model) && model.rope_theta != 10_000),
        Mistake("rope_scaling_ntk", "the base is raised to rope_theta · factor ^ (head_dim / (head_dim - 2)), as NTK-aware scaling does",
            fix: ThreeBands,
            (freqs, v => ThetaMistakes.of_theta(v, v.config.rope_theta * Math.Pow(Scaling(v.config).factor, v.config.head_dim / (v.config.head_dim - 2.0)))))
            .On(HasBands),
        Mistake("rope_scaling_in_base", "no frequency is scaled; the base is the mean of the powers of rope_theta, times the factor",
            fix: ThreeBands, see: ["ml-explore/mlx-swift-examples#152"],
            (freqs, v => ThetaMistakes.of_theta(v, mean_of_powers(v.config)))).On(HasBands),
    ];

    /// <summary>Meta's apply_scaling: wavelengths beyond the old window rotate slower by a factor, with a smooth passage before.</summary>
    internal static Tensor scaled(Tensor freqs, Llama3RopeScaling scaling) => freqs.each(freq => (float)blended(freq, scaling));

    private static KnownMistake Pairs(string name, string mistake, Func<double, Llama3RopeScaling, double> scaled, params string[] see) =>
        Mistake(name, mistake, fix: ThreeBands, see, (freqs, v => ThetaMistakes.unscaled(v).each(freq => (float)scaled(freq, Scaling(v.config))))).On(HasBands);

    private static KnownMistake OtherFactor(string name, double factor, string whose, params string[] see) =>
        OtherNumber(name, $"the factor is {factor}, {whose}", scaling => scaling with { factor = factor }, see);

    private static KnownMistake OtherNumber(string name, string what, Func<Llama3RopeScaling, Llama3RopeScaling> other, params string[] see) =>
        Mistake(name, $"{what}, instead of the model's own", fix: ReadAll, see, (freqs, v => scaled(ThetaMistakes.unscaled(v), other(Scaling(v.config)))))
            .On(model => HasBands(model) && other(Scaling(model)) != Scaling(model));

    private static bool IsScaled(ModelParams model) => model.rope_scaling is not null;

    private static bool HasBands(ModelParams model) => model.rope_scaling is Llama3RopeScaling;

    private static Llama3RopeScaling Scaling(ModelParams model) => (Llama3RopeScaling)model.rope_scaling!;

    private static double blended(double freq, Llama3RopeScaling scaling) => blended(freq, scaling, smooth(freq, scaling));

    private static double reversed(double freq, Llama3RopeScaling scaling) => blended(freq, scaling, 1 - smooth(freq, scaling));

    private static double blended(double freq, Llama3RopeScaling scaling, double smooth) => (1 - smooth) * freq / scaling.factor + smooth * freq;

    private static double mean_of_powers(ModelParams model) => Scaling(model).factor
        * Enumerable.Range(0, model.head_dim / 2).Average(pair => Math.Pow(model.rope_theta, 2.0 * pair / model.head_dim));

    private static bool InMiddle(double freq, Llama3RopeScaling scaling) => smooth(freq, scaling) is > 0 and < 1;

    /// <summary>0 for slow pairs, 1 for fast ones.</summary>
    private static double smooth(double freq, Llama3RopeScaling scaling)
    {
        var turns = scaling.original_max_position_embeddings * freq / (2 * Math.PI);
        return Math.Clamp((turns - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor), 0, 1);
    }
}
