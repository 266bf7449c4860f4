using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;
using static Llama3.Checking.Comparing.NumberText;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Fitting;

/// <summary>Numbers of the scores, <c>softmax(q · kᵀ / √head_dim + mask)</c>.</summary>
internal static class ScoreNumbers
{
    public static IReadOnlyList<Number> All { get; } =
    [
        // q · kᵀ / p
        new("score_scale_other")
        {
            Mistake = (_, number, config) => $"the scores are divided by {number} instead of √head_dim ({Value(Math.Sqrt(config.head_dim))})",
            Fix = _ => "divide q · kᵀ by the square root of head_dim, once",
            Right = config => Math.Sqrt(config.head_dim),
            Starts = fault => Enumerable.Range(-4, 12).Select(power => Math.Sqrt(fault.Config.head_dim) * Math.Pow(2, power)),
            Meanings = Sizes.AndInverses,
            Wrong = (_, divisor) => [(qk_per_token, v => v.right(qk_per_token) * (Math.Sqrt(v.config.head_dim) / divisor))],
        },
        // softmax(p · scores), where the scores are right
        new("softmax_scale_other")
        {
            Mistake = (_, number, _) => $"the masked scores are multiplied by {number} before the softmax",
            Fix = _ => "take the softmax of the masked scores as they are",
            Right = _ => 1,
            Starts = fault => fault.Computed.Contains(qk_per_token) ? [] : Enumerable.Range(-4, 9).Select(power => Math.Pow(2, power)),
            Meanings = config => [.. Sizes.AndInverses(config), (Math.Log(2), "ln 2"), (1 / Math.Log(2), "1/ln 2")],
            Wrong = (_, factor) => [(qk_per_token_after_masking_after_softmax, v => (v[qk_per_token_after_masking] * factor).softmax(-1).to_type(v.dtype))],
        },
        // p · tanh(scores / p)
        new("score_softcap")
        {
            IsRound = true,
            Mistake = (_, number, _) => $"the scores are capped at {number}: cap · tanh(scores / cap)",
            Fix = _ => "use the scores as they are; Llama 3 has no cap",
            Starts = _ => [1, 2, 5, 10, 20, 30, 50, 100],
            Wrong = (_, cap) => [(qk_per_token, v => Capped(v.right(qk_per_token), cap))],
        },
        // p in place of -inf
        new("mask_other")
        {
            IsRound = true,
            Mistake = (_, number, _) => $"the mask holds {number} instead of -inf",
            Fix = _ => "mask with -inf, or the lowest number that the dtype has",
            Starts = _ => [-1, -2, -5, -10, -15, -20, -30, -50, -100],
            Wrong = (_, value) => [(mask, v => MaskMistakes.above(1, value, v))],
        },
        // -inf where s <= t - p, too
        new("sliding_window")
        {
            IsWhole = true,
            Mistake = (_, number, _) => $"each token sees no more than the last {number} tokens, itself among them",
            Fix = _ => "let each token see all tokens before it; Llama 3 has no sliding window",
            Starts = fault => Enumerable.Range(1, (int)Math.Min(512, fault.Dump.Golden.Kept + fault.Dump.Tokens - 1)).Select(width => (double)width),
            Wrong = (_, width) => [(mask, v => Windowed(v.right(mask), (long)width))],
        },
    ];

    /// <summary>cap · tanh(x / cap)</summary>
    internal static Tensor Capped(Tensor x, double cap) =>
        torch.tensor(Array.ConvertAll(x.ToSingles(), value => (float)(cap * Math.Tanh(value / cap))), x.shape);

    private static StepResult Windowed(Tensor mask, long width)
    {
        var before = torch.triu(torch.full(mask.shape, 1), mask.shape[1] - mask.shape[0] + 1 - width);
        return torch.tensor(
            [.. mask.ToSingles().Zip(before.ToSingles(), (value, seen) => seen == 0 ? float.NegativeInfinity : value)], mask.shape);
    }
}
