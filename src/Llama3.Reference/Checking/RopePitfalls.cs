using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes in the rotary position embedding.</summary>
internal static class RopePitfalls
{
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("rope_half_split", "pairs lie in the two halves instead of side by side (Hugging Face layout)",
            fix: "with Meta's weights pair the neighbours 2i and 2i+1; pairing i with i + head_dim/2 needs Hugging Face's weights",
            see: ["pytorch/torchtitan#335", "rasbt/LLMs-from-scratch#747"],
            (q_per_token_split_into_pairs, v => halves(v[q_per_token])),
            (k_per_token_split_into_pairs, v => halves(v[k_per_token])),
            (q_per_token_rotated, v => join_halves(v[q_per_token_split_into_pairs_rotated])),
            (k_per_token_rotated, v => join_halves(v[k_per_token_split_into_pairs_rotated]))),
        Mistake("rope_exponent_halved", "the exponent is i / head_dim instead of i / (head_dim/2)",
            fix: "divide i by head_dim/2, or 2i by head_dim",
            (zero_to_one_split_into_64_parts, v => v.right(zero_to_one_split_into_64_parts) / 2)),
        Mistake("rope_theta_1e4", "rope_theta is 10000, as in Llama 2, instead of 500000",
            fix: "set rope_theta to 500000; it stands in params.json", see: ["lyogavin/airllm#368"],
            (freqs, v => 1.0 / torch.pow(10000, v[zero_to_one_split_into_64_parts]))),
        Mistake("rope_bf16_freqs", "the frequencies are rounded to bfloat16",
            fix: "compute and keep the frequencies in float32", see: ["huggingface/transformers#25681", "huggingface/transformers#29285"],
            (freqs, v =>
            v.right(freqs).to_type(bfloat16).to_type(float32))),
        Mistake("rope_llama31_scaling", "the frequencies are scaled as Llama 3.1 does",
            fix: "leave the frequencies unscaled; only Llama 3.1 and later scale them (use_scaled_rope in params.json)",
            (freqs, v =>
            scaled_as_llama_3_1(v.right(freqs)))),
        Mistake("rope_pos_plus1", "positions start at 1 instead of 0",
            fix: "count positions from 0, so that the first token is not turned",
            (freqs_for_each_token, v => v.right(freqs_for_each_token) + v[freqs])),
        Mistake("rope_pos_zero", "every token is taken to stand at position 0",
            fix: "give token t position t; with a cache, count on from the tokens that are in it", see: ["Blaizzy/mlx-vlm#1983"],
            (freqs_for_each_token, v => torch.zeros_like(v.right(freqs_for_each_token)))),
        Mistake("rope_negative", "the rotation goes the wrong way round",
            fix: "turn by +angle: (x·cos - y·sin, x·sin + y·cos)",
            (freqs_cis, v => torch.polar(torch.ones_like(v[freqs_for_each_token]), v[freqs_for_each_token] * -1))),
        Mistake("rope_parts_swapped", "real and imaginary part are swapped",
            fix: "take the even number of a pair as real part and the odd one as imaginary part",
            (q_per_token_as_complex_numbers, v => torch.view_as_complex(swapped(v[q_per_token_split_into_pairs]))),
            (k_per_token_as_complex_numbers, v => torch.view_as_complex(swapped(v[k_per_token_split_into_pairs])))),
        Mistake("rope_parts_swapped_back", "real and imaginary part are swapped when reading the result",
            fix: "write the real part to the even place of the pair and the imaginary part to the odd one",
            (q_per_token_split_into_pairs_rotated, v => swapped(torch.view_as_real(v[q_per_token_as_complex_numbers_rotated])))),
        Mistake("rope_missing", "queries and keys are not rotated",
            fix: "turn queries and keys by the angles of their positions before the scores",
            (q_per_token_as_complex_numbers_rotated, v => v[q_per_token_as_complex_numbers]),
            (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(v[k_per_token_as_complex_numbers]))),
        Mistake("rope_not_k", "the keys are not rotated",
            fix: "turn the keys as the queries are turned",
            (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(v[k_per_token_as_complex_numbers]))),
        Mistake("rope_on_v", "the values are rotated too",
            fix: "turn queries and keys only; the values stay as they are",
            (v_per_token, v =>
            rotated(v.right(v_per_token), v[freqs_cis]).to_type(v.dtype))),
    ];

    private static Tensor halves(Tensor per_token) =>
        per_token.to_type(float32).reshape([.. per_token.shape[..^1], 2, per_token.shape[^1] / 2]).transpose(-1, -2).contiguous();

    private static Tensor join_halves(Tensor pairs) => pairs.transpose(-1, -2).reshape([.. pairs.shape[..^2], -1]);

    private static Tensor swapped(Tensor pairs) => torch.cat([pairs[TensorIndex.Ellipsis, 1..], pairs[TensorIndex.Ellipsis, ..1]], -1);

    private static Tensor rotated(Tensor x, Tensor freqs_cis)
    {
        var pairs = x.to_type(float32).view([.. x.shape[..^1], -1, 2]);
        return torch.view_as_real(torch.view_as_complex(pairs) * freqs_cis).view(x.shape);
    }

    /// <summary>Meta's apply_scaling: wavelengths beyond the old window of 8192 turn 8 times slower, with a smooth passage before.</summary>
    private static Tensor scaled_as_llama_3_1(Tensor freqs)
    {
        return torch.tensor(freqs.ToSingles().Select(scale).ToArray());

        static float scale(float freq)
        {
            const double Factor = 8, LowFactor = 1, HighFactor = 4, OldWindow = 8192;
            var turns = OldWindow * freq / (2 * Math.PI);
            var smooth = Math.Clamp((turns - LowFactor) / (HighFactor - LowFactor), 0, 1);
            return (float)((1 - smooth) * freq / Factor + smooth * freq);
        }
    }
}
