using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in rotating queries and keys.</summary>
internal static class RotationMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("rope_half_split", "pairs are in the two halves of a head instead of side by side (Hugging Face layout)",
            fix: "with Meta's weights pair the neighbours 2i and 2i+1; pairing i with i + head_dim/2 needs Hugging Face's weights",
            see: ["rasbt/LLMs-from-scratch#747", "tenstorrent/tt-metal#26844", "pie-project/pie#427"],
            (q_per_token_split_into_pairs, v => halves(v[q_per_token])),
            (k_per_token_split_into_pairs, v => halves(v[k_per_token])),
            (q_per_token_rotated, v => join_halves(v[q_per_token_split_into_pairs_rotated])),
            (k_per_token_rotated, v => join_halves(v[k_per_token_split_into_pairs_rotated]))),
        Mistake("rope_parts_swapped", "real and imaginary part are swapped",
            fix: "take the even number of a pair as real part and the odd one as imaginary part",
            (q_per_token_as_complex_numbers, v => torch.view_as_complex(swapped(v[q_per_token_split_into_pairs]))),
            (k_per_token_as_complex_numbers, v => torch.view_as_complex(swapped(v[k_per_token_split_into_pairs])))),
        Mistake("rope_parts_swapped_back", "real and imaginary part are swapped when reading the result",
            fix: "write the real part to the even place of the pair and the imaginary part to the odd one",
            (q_per_token_split_into_pairs_rotated, v => swapped(torch.view_as_real(v[q_per_token_as_complex_numbers_rotated])))),
        Mistake("rope_missing", "queries and keys are not rotated",
            fix: "rotate queries and keys by the angles of their positions before the scores",
            (q_per_token_as_complex_numbers_rotated, v => v[q_per_token_as_complex_numbers]),
            (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(v[k_per_token_as_complex_numbers]))),
        Mistake("rope_not_q", "the queries are not rotated",
            fix: "rotate the queries as the keys are rotated",
            (q_per_token_as_complex_numbers_rotated, v => v[q_per_token_as_complex_numbers])),
        Mistake("rope_not_k", "the keys are not rotated",
            fix: "rotate the keys as the queries are rotated",
            (k_per_token_split_into_pairs_rotated, v => torch.view_as_real(v[k_per_token_as_complex_numbers]))),
        Mistake("rope_in_place", "the first number of a pair is overwritten before the second is computed from it",
            fix: "read both numbers of a pair before writing either",
            Turned((x, y, cos, sin) => [x * cos - y * sin, (x * cos - y * sin) * sin + y * cos])),
        Mistake("rope_x_twice", "the second number of a pair is rotated without itself: x·sin + x·cos instead of x·sin + y·cos",
            fix: "compute (x·cos - y·sin, x·sin + y·cos)",
            Turned((x, y, cos, sin) => [x * cos - y * sin, x * sin + x * cos])),
        Mistake("rope_by_head", "the number of the head is taken for the position",
            fix: "let the angle's row run along the axis of the tokens; [T, heads, head_dim] must be transposed first",
            see: ["rasbt/LLMs-from-scratch#411"],
            (q_per_token_as_complex_numbers_rotated, v => v[q_per_token_as_complex_numbers] * by_head(v, v.config.n_heads)),
            (k_per_token_split_into_pairs_rotated, v =>
                torch.view_as_real(v[k_per_token_as_complex_numbers] * by_head(v, v.config.n_kv_heads)))),
        Mistake("rope_on_v", "the values are rotated too",
            fix: "rotate queries and keys only; the values stay as they are",
            (v_per_token, v => rotated(v.right(v_per_token), v[freqs_cis]).to_type(v.dtype))),
    ];

    /// <summary>From the numbers of a pair and its cosine and sine to the two numbers of the rotated pair.</summary>
    private delegate Tensor[] Turn(Tensor x, Tensor y, Tensor cos, Tensor sin);

    internal static Tensor swapped(Tensor pairs) => torch.cat([second(pairs), first(pairs)], -1);

    private static (ArticleStep, Func<Values, StepResult>)[] Turned(Turn turn) =>
    [
        (q_per_token_as_complex_numbers_rotated, v => torch.view_as_complex(turned(v[q_per_token_as_complex_numbers], v, turn))),
        (k_per_token_split_into_pairs_rotated, v => turned(v[k_per_token_as_complex_numbers], v, turn)),
    ];

    private static Tensor turned(Tensor complex_numbers, Values v, Turn turn)
    {
        var (pairs, cis) = (torch.view_as_real(complex_numbers), torch.view_as_real(v[freqs_cis]));
        return torch.cat(turn(first(pairs), second(pairs), first(cis), second(cis)), -1);
    }

    private static Tensor first(Tensor pairs) => pairs[TensorIndex.Ellipsis, ..1];

    private static Tensor second(Tensor pairs) => pairs[TensorIndex.Ellipsis, 1..];

    private static Tensor halves(Tensor per_token) =>
        per_token.to_type(float32).reshape([.. per_token.shape[..^1], 2, per_token.shape[^1] / 2]).transpose(-1, -2).contiguous();

    private static Tensor join_halves(Tensor pairs) => pairs.transpose(-1, -2).reshape([.. pairs.shape[..^2], -1]);

    private static Tensor by_head(Values v, int heads)
    {
        var angles = torch.outer(torch.arange(heads, dtype: float32), v[freqs]).unsqueeze(1);
        return HeadMistakes.of_head(torch.polar(torch.ones_like(angles), angles), v);
    }

    internal static Tensor rotated(Tensor x, Tensor freqs_cis)
    {
        var pairs = x.to_type(float32).view([.. x.shape[..^1], -1, 2]);
        return torch.view_as_real(torch.view_as_complex(pairs) * freqs_cis).view(x.shape);
    }
}
