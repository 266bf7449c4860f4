using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes in scores, mask, softmax and the residual around attention.</summary>
internal static class AttentionPitfalls
{
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("attn_input_unnormalized", "attention reads the embeddings before the norm",
            (q_per_token, v => torch.matmul(v.layer_input, v[q_layer0_head0].transpose(-2, -1))),
            (k_per_token, v => torch.matmul(v.layer_input, v[k_layer0_head0].transpose(-2, -1))),
            (v_per_token, v => torch.matmul(v.layer_input, v[v_layer0_head0].transpose(-2, -1)))),
        Mistake("no_scale", "the scores are not divided by √head_dim", (qk_per_token, v => v.right(qk_per_token) * Math.Sqrt(v.config.head_dim))),
        Mistake("scale_dim", "the scores are divided by √dim instead of √head_dim",
            (qk_per_token, v => v.right(qk_per_token) * Math.Sqrt(v.config.head_dim) / Math.Sqrt(v.config.dim))),
        Mistake("scale_hd_not_sqrt", "the scores are divided by head_dim instead of its root",
            (qk_per_token, v => v.right(qk_per_token) / Math.Sqrt(v.config.head_dim))),
        Mistake("qk_transposed", "queries and keys have changed places: rows are keys", (qk_per_token, v => v.right(qk_per_token).transpose(-2, -1))),
        Mistake("mask_missing", "nothing is masked: tokens see those after them", (mask, v => torch.zeros_like(v.right(mask)))),
        Mistake("mask_diag0", "a token cannot see itself: the diagonal is masked too",
            (mask, v => torch.triu(torch.full(count(v), count(v), double.NegativeInfinity), 0))),
        Mistake("mask_lower", "the mask is transposed: tokens see only those after them", (mask, v => v.right(mask).T)),
        Mistake("mask_-1e4", "the mask holds -10000 instead of -inf", (mask, v => torch.triu(torch.full(count(v), count(v), -1e4), 1))),
        Mistake("mask_multiply", "masked scores are set to 0 instead of -inf",
            (qk_per_token_after_masking, v => v[qk_per_token] - torch.triu(v[qk_per_token], 1))),
        Mistake("softmax_dim0", "the softmax runs over the queries (columns) instead of the keys (rows)",
            (qk_per_token_after_masking_after_softmax, v => masked(v).softmax(-2).to_type(v.dtype))),
        Mistake("softmax_bf16", "the softmax is computed on scores rounded to bfloat16", (qk_per_token_after_masking_after_softmax, v =>
            masked(v).to_type(bfloat16).softmax(-1).to_type(v.dtype))),
        Mistake("softmax_no_max", "the largest score is not subtracted, so that exp overflows", (qk_per_token_after_masking_after_softmax, v =>
            (masked(v).exp() / masked(v).exp().sum(-1, keepdim: true)).to_type(v.dtype))),
        Mistake("softmax_no_norm", "the exponentials are not divided by their sum", (qk_per_token_after_masking_after_softmax, v =>
            (masked(v) - masked(v).max(-1, keepdim: true).values).exp().to_type(v.dtype))),
        Mistake("no_attn_residual", "attention's result replaces the embedding instead of being added to it",
            (embedding_after_edit, v => v[embedding_delta])),
        Mistake("residual_from_norm", "attention's result is added to the normalised embedding",
            (embedding_after_edit, v => v[token_embeddings] + v[embedding_delta])),
    ];

    private static Tensor masked(Values v) => v[qk_per_token_after_masking];

    private static long count(Values v) => v[tokens].shape[0];
}
