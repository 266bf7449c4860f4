using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in attention's input and in the scores.</summary>
internal static class ScoreMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("attn_input_unnormalized", "attention reads the embeddings before the norm",
            fix: "multiply the normalised embeddings (attention_norm) by wq, wk and wv",
            (q_per_token, v => Safe.matmul(v.layer_input, v[q_layer0_head0].transpose(-2, -1)).plus(v.bias_of_heads("attention.wq"))),
            (k_per_token, v => Safe.matmul(v.layer_input, v[k_layer0_head0].transpose(-2, -1)).plus(v.bias_of_heads("attention.wk"))),
            (v_per_token, v => Safe.matmul(v.layer_input, v[v_layer0_head0].transpose(-2, -1)).plus(v.bias_of_heads("attention.wv")))),
        Mistake("no_scale", "the scores are not divided by √head_dim",
            fix: "divide q · kᵀ by √head_dim before the softmax", see: ["mlc-ai/mlc-llm#3426"],
            Divided(_ => 1)),
        Mistake("scale_dim", "the scores are divided by √dim instead of √head_dim",
            fix: "divide by the root of head_dim, the size of one head (128 in the 8B model)",
            see: ["FareedKhan-dev/train-llm-from-scratch#3", "Lightning-AI/lit-llama#106"],
            Divided(v => Math.Sqrt(v.config.dim))),
        Mistake("scale_zero", "the scores are multiplied by 0: the factor was never set, or 1 / √head_dim was computed in whole numbers",
            fix: "divide q · kᵀ by √head_dim, a number with a fraction",
            Divided(_ => double.PositiveInfinity)),
        Mistake("scale_n_heads", "the scores are divided by √n_heads instead of √head_dim",
            fix: "divide by the root of head_dim, the size of one head (128 in the 8B model)", see: ["tenstorrent/tt-metal#56789"],
            Divided(v => Math.Sqrt(v.config.n_heads))),
        Mistake("scale_hd_not_sqrt", "the scores are divided by head_dim instead of its root, or by the root twice",
            fix: "divide by the square root of head_dim, once",
            Divided(v => v.config.head_dim)),
        Mistake("scale_128", "the scores are divided by √128, whatever head_dim is: that of the 8B model is 128",
            fix: "divide by the root of this model's own head_dim",
            Divided(_ => Math.Sqrt(128))),
        Mistake("scale_fourth_root", "the scores are divided by the fourth root of head_dim: one side is scaled, the other is not",
            fix: "divide both queries and keys by the fourth root of head_dim, or the scores by the square root",
            Divided(v => Math.Pow(v.config.head_dim, 0.25))),
        Mistake("scale_multiplied", "the scores are multiplied by √head_dim instead of divided",
            fix: "multiply by head_dim ^ -0.5, or divide by head_dim ^ 0.5",
            Divided(v => 1 / Math.Sqrt(v.config.head_dim))),
        Mistake("score_softcap", "the scores are capped at 50, as Gemma 2 does: 50 · tanh(score / 50)",
            fix: "leave the scores as they are; Llama 3 does not cap them",
            (qk_per_token, v => softcap(v.right(qk_per_token), 50)),
            (qk_per_token, v => softcap(v[qk_per_token_before_scaling] / Math.Sqrt(v.config.head_dim), 50))),
        Mistake("alibi", "a distance between tokens is subtracted from the scores (ALiBi)",
            fix: "add nothing but the mask to the scores; in Llama 3 positions come in by the rotation alone",
            (qk_per_token, v => v.right(qk_per_token) + alibi(v, v.right(qk_per_token))),
            (qk_per_token, v => v[qk_per_token_before_scaling] / Math.Sqrt(v.config.head_dim) + alibi(v, v[qk_per_token_before_scaling]))),
        Mistake("qk_transposed", "queries and keys have changed places: rows are keys",
            fix: "compute q · kᵀ: row = query, column = key",
            (qk_per_token_before_scaling, v => v.right(qk_per_token_before_scaling).transpose(-2, -1)),
            (qk_per_token, v => v.right(qk_per_token).transpose(-2, -1))),
    ];

    internal static Tensor softcap(Tensor x, float cap) => x.each(number => cap * MathF.Tanh(number / cap));

    /// <summary>Head h of H takes 2^(-8·(h+1)/H) for each token that lies between.</summary>
    private static Tensor alibi(Values v, Tensor scores)
    {
        var (rows, columns) = (scores.shape[^2], scores.shape[^1]);
        var distance = torch.arange(columns, dtype: float32).unsqueeze(0) - torch.arange(rows, dtype: float32).unsqueeze(1) - (columns - rows);
        var slopes = torch.pow(2, (torch.arange(v.config.n_heads, dtype: float32) + 1) * (-8.0 / v.config.n_heads));
        return HeadMistakes.of_head(distance.unsqueeze(0) * slopes.unsqueeze(1).unsqueeze(2), v);
    }

    internal static (ArticleStep, Func<Values, StepResult>)[] Divided(Func<Values, double> divisor) =>
    [
        (qk_per_token, v => v.right(qk_per_token) * (Math.Sqrt(v.config.head_dim) / divisor(v))),
        (qk_per_token, v => v[qk_per_token_before_scaling] / divisor(v)),
    ];
}
