using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in the mask.</summary>
internal static class MaskMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("mask_missing", "nothing is masked: tokens see those after them",
            fix: "add -inf to every score above the diagonal, also when the whole prompt is computed at once",
            see: ["lablup/mlxcel#999", "osaurus-ai/vmlx-swift#185"],
            (mask, v => torch.zeros_like(v.right(mask)))),
        Mistake("mask_diag0", "a token cannot see itself: the diagonal is masked too",
            fix: "mask above the diagonal only: triu(…, diagonal=1)", see: ["pbloem/former#10"],
            (mask, v => above(0, double.NegativeInfinity, v))),
        Mistake("mask_diag2", "a token sees the one after it: the mask starts one diagonal too late",
            fix: "mask from the first diagonal above the main one: triu(…, diagonal=1)",
            (mask, v => above(2, double.NegativeInfinity, v))),
        Mistake("mask_lower", "the mask is transposed: tokens see only those after them",
            fix: "mask where the key's position is after the query's: above the diagonal",
            (mask, v => v.right(mask).T)),
        Mistake("mask_-1000", "the mask holds -1000 instead of -inf", fix: MaskWithInf, Masked(-1000)),
        Mistake("mask_-100", "the mask holds -100 instead of -inf", fix: MaskWithInf, Masked(-100)),
        Mistake("mask_-10", "the mask holds -10 instead of -inf: tokens still see a little of those after them", fix: MaskWithInf, Masked(-10)),
        Mistake("mask_0_and_1", "the mask is 1 where a token may look and 0 elsewhere, and is added to the scores",
            fix: "add 0 where a token may look and -inf elsewhere, or set the scores to -inf where the mask is false",
            (mask, v => lower(torch.ones_like(v.right(mask))))),
        Mistake("mask_window_4", "a token sees only the last 4 tokens, as with a sliding window", fix: NoWindow, Window(4)),
        Mistake("mask_window_8", "a token sees only the last 8 tokens, as with a sliding window", fix: NoWindow, Window(8)),
        Mistake("mask_nan", "the mask is NaN where it should be 0: zeros were multiplied by -inf",
            fix: "fill with -inf first, then take triu: 0 · -inf is NaN",
            (mask, v => above(1, 1, v) * double.NegativeInfinity)),
        Mistake("mask_multiply", "masked scores are set to 0 instead of -inf",
            fix: "set masked scores to -inf before the softmax; exp(0) is 1, not 0",
            (qk_per_token_after_masking, v => lower(v[qk_per_token]))),
        Mistake("mask_after_softmax", "the mask is applied after the softmax, so that the rows no longer sum to 1",
            fix: "add the mask to the scores, before the softmax",
            (qk_per_token_after_masking_after_softmax, v => lower(v[qk_per_token].softmax(-1)).to_type(v.dtype))),
    ];

    private const string MaskWithInf = "mask with -inf, or the lowest number that the dtype has; exp of it must be 0";

    private const string NoWindow = "let every token see all tokens before it; Llama 3 has no sliding window";

    private static (ArticleStep, Func<Values, StepResult>)[] Masked(double value) => [(mask, v => above(1, value, v))];

    /// <summary>Masked are the tokens after the row's own, and those that are <paramref name="size"/> or more before it.</summary>
    private static (ArticleStep, Func<Values, StepResult>)[] Window(int size) =>
    [
        (mask, v => v.right(mask) + torch.triu(torch.full([columns(v), rows(v)], double.NegativeInfinity), size + rows(v) - columns(v)).T),
    ];

    private static Tensor lower(Tensor scores) => scores - torch.triu(scores, 1 + scores.shape[^1] - scores.shape[^2]);

    internal static Tensor above(long diagonal, double value, Values v) =>
        torch.triu(torch.full(v.right(mask).shape, value), diagonal + columns(v) - rows(v));

    private static long rows(Values v) => v.right(mask).shape[0];

    private static long columns(Values v) => v.right(mask).shape[1];
}
