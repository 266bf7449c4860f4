using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes in scores, mask, softmax and the residual around attention.</summary>
internal static class AttentionPitfalls
{
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("attn_input_unnormalized", "attention reads the embeddings before the norm",
            fix: "multiply the normalised embeddings (attention_norm) by wq, wk and wv",
            (q_per_token, v => torch.matmul(v.layer_input, v[q_layer0_head0].transpose(-2, -1))),
            (k_per_token, v => torch.matmul(v.layer_input, v[k_layer0_head0].transpose(-2, -1))),
            (v_per_token, v => torch.matmul(v.layer_input, v[v_layer0_head0].transpose(-2, -1)))),
        Mistake("no_scale", "the scores are not divided by √head_dim",
            fix: "divide q · kᵀ by √head_dim before the softmax",
            (qk_per_token, v => v.right(qk_per_token) * Math.Sqrt(v.config.head_dim))),
        Mistake("scale_dim", "the scores are divided by √dim instead of √head_dim",
            fix: "divide by the root of head_dim, the size of one head (128 in the 8B model)",
            (qk_per_token, v => v.right(qk_per_token) * Math.Sqrt(v.config.head_dim) / Math.Sqrt(v.config.dim))),
        Mistake("scale_hd_not_sqrt", "the scores are divided by head_dim instead of its root",
            fix: "divide by the square root of head_dim",
            (qk_per_token, v => v.right(qk_per_token) / Math.Sqrt(v.config.head_dim))),
        Mistake("qk_transposed", "queries and keys have changed places: rows are keys",
            fix: "compute q · kᵀ: row = query, column = key",
            (qk_per_token, v => v.right(qk_per_token).transpose(-2, -1))),
        Mistake("mask_missing", "nothing is masked: tokens see those after them",
            fix: "add -inf to every score above the diagonal, also when the whole prompt is computed at once", see: ["lablup/mlxcel#991"],
            (mask, v => torch.zeros_like(v.right(mask)))),
        Mistake("mask_diag0", "a token cannot see itself: the diagonal is masked too",
            fix: "mask above the diagonal only: triu(…, diagonal=1)",
            (mask, v => torch.triu(torch.full(count(v), count(v), double.NegativeInfinity), 0))),
        Mistake("mask_lower", "the mask is transposed: tokens see only those after them",
            fix: "mask where the key's position is after the query's: above the diagonal",
            (mask, v => v.right(mask).T)),
        Mistake("mask_-1e4", "the mask holds -10000 instead of -inf",
            fix: "mask with -inf, or the lowest number that the dtype has",
            (mask, v => torch.triu(torch.full(count(v), count(v), -1e4), 1))),
        Mistake("mask_multiply", "masked scores are set to 0 instead of -inf",
            fix: "set masked scores to -inf before the softmax; exp(0) is 1, not 0",
            (qk_per_token_after_masking, v => v[qk_per_token] - torch.triu(v[qk_per_token], 1))),
        Mistake("softmax_dim0", "the softmax runs over the queries (columns) instead of the keys (rows)",
            fix: "take the softmax along the last axis, so that each row sums to 1",
            (qk_per_token_after_masking_after_softmax, v => masked(v).softmax(-2).to_type(v.dtype))),
        Mistake("softmax_bf16", "the softmax is computed on scores rounded to bfloat16",
            fix: "keep the scores in float32 until the softmax is done, and round its result",
            (qk_per_token_after_masking_after_softmax, v =>
            masked(v).to_type(bfloat16).softmax(-1).to_type(v.dtype))),
        Mistake("softmax_no_max", "the largest score is not subtracted, so that exp overflows",
            fix: "subtract the largest score of each row before exp",
            (qk_per_token_after_masking_after_softmax, v =>
            (masked(v).exp() / masked(v).exp().sum(-1, keepdim: true)).to_type(v.dtype))),
        Mistake("softmax_no_norm", "the exponentials are not divided by their sum",
            fix: "divide each row of exponentials by its sum",
            (qk_per_token_after_masking_after_softmax, v =>
            (masked(v) - masked(v).max(-1, keepdim: true).values).exp().to_type(v.dtype))),
        Mistake("no_attn_residual", "attention's result replaces the embedding instead of being added to it",
            fix: "add attention's result to the layer's input",
            (embedding_after_edit, v => v[embedding_delta])),
        Mistake("residual_from_norm", "attention's result is added to the normalised embedding",
            fix: "add attention's result to the layer's input as it was before the norm",
            (embedding_after_edit, v => v[token_embeddings] + v[embedding_delta])),
    ];

    private static Tensor masked(Values v) => v[qk_per_token_after_masking];

    private static long count(Values v) => v[tokens].shape[0];
}
