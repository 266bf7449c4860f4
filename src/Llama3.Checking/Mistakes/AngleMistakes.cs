using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in the angles of the rotary position embedding: frequencies, positions, cosines and sines.</summary>
internal static class AngleMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("rope_exponent_halved", "the exponent is i / head_dim instead of i / (head_dim/2)",
            fix: "divide i by head_dim/2, or 2i by head_dim",
            (zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) / 2)),
        Mistake("rope_exponent_over_dim", "the exponent is 2i / dim instead of 2i / head_dim",
            fix: "divide 2i by head_dim, the size of one head, also where all heads are rotated at once",
            (zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) * v.config.head_dim / v.config.dim)),
        Mistake("rope_exponent_off_by_one", "the exponent counts pairs from 1 instead of 0",
            fix: "start with i = 0, so that the first pair rotates by 1 radian per position",
            (zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) + 2.0 / v.config.head_dim)),
        Mistake("rope_exponent_odd", "the exponent is (2i+1) / head_dim instead of 2i / head_dim",
            fix: "use even numbers: 0, 2, 4, …, so that the first pair rotates by 1 radian per position",
            (zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) + 1.0 / v.config.head_dim)),
        Mistake("rope_exponent_over_64", "the exponent is i / 64, whatever head_dim is: 64 is half the head_dim of the 8B model",
            fix: "divide i by half of this model's own head_dim",
            (zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) * (v.config.head_dim / 128.0))),
        .. ThetaMistakes.All,
        Mistake("rope_not_inverted", "the frequencies grow from pair to pair: rope_theta ^ part instead of 1 / rope_theta ^ part",
            fix: "divide 1 by the power, so that later pairs rotate slower", see: ["xlite-dev/LeetCUDA#289"],
            (freqs, v => torch.pow(v.config.rope_theta, v[zero_to_one_split_into_64_parts]))),
        Mistake("rope_bf16_freqs", "the frequencies are rounded to bfloat16",
            fix: "compute and keep the frequencies in float32", see: ["huggingface/transformers#29496", "sgl-project/sglang-jax#1473"],
            (freqs, v => rounded(v.right(freqs)))),
        Mistake("rope_fp16_freqs", "the frequencies are rounded to float16",
            fix: "compute and keep the frequencies in float32",
            (freqs, v => v.right(freqs).to_half())),
        Mistake("rope_llama31_scaling", "the frequencies are scaled as Llama 3.1 does", fix: NotScaled, Scaled(8)).On(HasNoSteps),
        Mistake("rope_llama32_scaling", "the frequencies are scaled as the small models of Llama 3.2 do, by 32", fix: NotScaled, Scaled(32)).On(HasNoSteps),
        Mistake("rope_linear_scaling", "all frequencies are divided by 8 (linear scaling)",
            fix: NotScaled,
            (freqs, v => ThetaMistakes.unscaled(v) / 8)).On(HasNoSteps),
        Mistake("rope_pos_plus1", "positions start at 1 instead of 0",
            fix: "count positions from 0, so that the first token is not rotated",
            (freqs_for_each_token, v => v.right(freqs_for_each_token) + v[freqs])),
        Mistake("rope_pos_zero", "every token gets position 0",
            fix: "give token t position t; with a cache, count on from the tokens that are in it",
            see: ["Blaizzy/mlx-vlm#1983", "jundot/omlx#2363"],
            (freqs_for_each_token, v => torch.zeros_like(v.right(freqs_for_each_token)))),
        Mistake("rope_pos_reversed", "positions are counted from the end of the prompt",
            fix: "give the first token position 0 and the last T-1",
            (freqs_for_each_token, v => HeadMistakes.reversed(v.right(freqs_for_each_token)))),
        Mistake("rope_bf16_angles", "the angles are rounded to bfloat16 before cos and sin",
            fix: "multiply positions by frequencies in float32; the angle of a late position needs all its digits",
            see: ["EleutherAI/gpt-neox#1003", "deepspeedai/Megatron-DeepSpeed#206"],
            (freqs_for_each_token, v => rounded(v.right(freqs_for_each_token)))),
        Mistake("rope_bf16_cis", "cosines and sines are rounded to bfloat16",
            fix: "keep cos and sin in float32 and rotate in float32",
            (freqs_cis, v => torch.view_as_complex(rounded(torch.view_as_real(v.right(freqs_cis)))))),
        Mistake("rope_cos_sin_swapped", "cos and sin are swapped",
            fix: "take cos as real part and sin as imaginary part: at position 0 nothing rotates",
            (freqs_cis, v => torch.view_as_complex(RotationMistakes.swapped(torch.view_as_real(v.right(freqs_cis)))))),
        Mistake("rope_negative", "the rotation goes the wrong way round",
            fix: "rotate by +angle: (x·cos - y·sin, x·sin + y·cos)",
            (freqs_cis, v => torch.polar(torch.ones_like(v[freqs_for_each_token]), v[freqs_for_each_token] * -1))),
    ];

    private const string NotScaled = "scale the frequencies as the model says (use_scaled_rope in params.json, rope_scaling in config.json), and not at all in Llama 3";

    private static (ArticleStep, Func<Values, StepResult>)[] Scaled(double factor) =>
        [(freqs, v => ScalingMistakes.scaled(ThetaMistakes.unscaled(v), RopeScaling.Meta with { factor = factor }))];

    /// <summary>Where a model scales by steps as Llama 3.1 does, <see cref="ScalingMistakes"/> say what is wrong about it.</summary>
    private static bool HasNoSteps(ModelParams model) => model.rope_scaling is not Llama3RopeScaling;

    private static Tensor rounded(Tensor x) => x.to_type(bfloat16).to_type(float32);
}
