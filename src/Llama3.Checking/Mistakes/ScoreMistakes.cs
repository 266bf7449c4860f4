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
            (q_per_token, v => torch.matmul(v.layer_input, v[q_layer0_head0].transpose(-2, -1))),
            (k_per_token, v => torch.matmul(v.layer_input, v[k_layer0_head0].transpose(-2, -1))),
            (v_per_token, v => torch.matmul(v.layer_input, v[v_layer0_head0].transpose(-2, -1)))),
        Mistake("no_scale", "the scores are not divided by √head_dim",
            fix: "divide q · kᵀ by √head_dim before the softmax", see: ["mlc-ai/mlc-llm#3426"],
            Divided(_ => 1)),
        Mistake("scale_dim", "the scores are divided by √dim instead of √head_dim",
            fix: "divide by the root of head_dim, the size of one head (128 in the 8B model)",
            see: ["FareedKhan-dev/train-llm-from-scratch#3", "Lightning-AI/lit-llama#106"],
            Divided(v => Math.Sqrt(v.config.dim))),
        Mistake("scale_n_heads", "the scores are divided by √n_heads instead of √head_dim",
            fix: "divide by the root of head_dim, the size of one head (128 in the 8B model)", see: ["tenstorrent/tt-metal#56789"],
            Divided(v => Math.Sqrt(v.config.n_heads))),
        Mistake("scale_hd_not_sqrt", "the scores are divided by head_dim instead of its root, or by the root twice",
            fix: "divide by the square root of head_dim, once",
            Divided(v => v.config.head_dim)),
        Mistake("qk_transposed", "queries and keys have changed places: rows are keys",
            fix: "compute q · kᵀ: row = query, column = key",
            (qk_per_token_before_scaling, v => v.right(qk_per_token_before_scaling).transpose(-2, -1)),
            (qk_per_token, v => v.right(qk_per_token).transpose(-2, -1))),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Divided(Func<Values, double> divisor) =>
    [
        (qk_per_token, v => v.right(qk_per_token) * (Math.Sqrt(v.config.head_dim) / divisor(v))),
        (qk_per_token, v => v[qk_per_token_before_scaling] / divisor(v)),
    ];
}
