using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Keys and values that are kept in 8 bits. Ports that go on with what they kept compute the prompt with it too.</summary>
internal static class CacheNumberMistakes
{
    private const string MoreBits = "keep keys and values in float16 or bfloat16, or accept that their last digits are lost";

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("cache_int8", "keys and values are kept in int8, with a scale for each token and head",
            fix: MoreBits,
            Kept(row => in_int8(row, scale_of(row)))),
        Mistake("cache_int8_scale_floored", "keys and values are kept in int8, and their scale is at least 1, so that little is left of them but whole numbers",
            fix: "let the scale be the largest number of a row / 127, however small it is; only 0 needs care", see: ["lablup/mlxcel#717"],
            Kept(row => in_int8(row, Math.Max(scale_of(row), 1)))),
        Mistake("cache_fp8", "keys and values are kept in float8 (e4m3), without a scale",
            fix: MoreBits,
            Kept(row => Array.ConvertAll(row, in_fp8))),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Kept(Func<float[], float[]> round)
    {
        return
        [
            (CacheSteps.k_cache, v => rounded(v.right(CacheSteps.k_cache))),
            (CacheSteps.v_cache, v => rounded(v.right(CacheSteps.v_cache))),
            (qk_per_token_before_scaling, v => products(v)),
            (qk_per_token, v => products(v) / Math.Sqrt(v.config.head_dim)),
            (qkv_attention, v => Safe.matmul(v[qk_per_token_after_masking_after_softmax], HeadMistakes.in_groups(rounded(v.values), v))),
        ];

        Tensor rounded(Tensor kept) =>
            torch.tensor([.. kept.to_type(float32).ToSingles().Chunk((int)kept.shape[^1]).SelectMany(round)], kept.shape).to_type(kept.dtype);

        Tensor products(Values v) => Safe.matmul(v[q_per_token_rotated], HeadMistakes.in_groups(rounded(v.keys), v).transpose(-2, -1));
    }

    private static float scale_of(float[] row) => row.Max(Math.Abs) / 127;

    private static float[] in_int8(float[] row, float scale) =>
        scale == 0 ? row : Array.ConvertAll(row, number => MathF.Round(Math.Clamp(number / scale, -127, 127)) * scale);

    /// <summary>Three bits of mantissa; the smallest normal number is 2^-6, the largest 448.</summary>
    private static float in_fp8(float number)
    {
        if (number == 0 || !float.IsFinite(number)) { return number; }
        var step = MathF.ScaleB(1, Math.Max(MathF.ILogB(number), -6) - 3);
        return Math.Clamp(MathF.Round(number / step) * step, -448, 448);
    }
}
