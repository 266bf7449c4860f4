using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes in cutting weights into heads, in sharing key/value heads and in putting heads together.</summary>
internal static class HeadPitfalls
{
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("wq_transposed", "wq is transposed",
            fix: "cut wq as it lies in the file, [n_heads · head_dim, dim]: rows are outputs, and x · wqᵀ is computed",
            (q_layer0, v => v.layer_weight("attention.wq").T.contiguous().view(v.config.n_heads, -1, v.config.dim))),
        Mistake("q_heads_strided", "every n_heads-th row of wq is taken for a head instead of neighbouring rows",
            fix: "view wq as [n_heads, head_dim, dim]: a head is head_dim neighbouring rows",
            (q_layer0, v =>
            v.layer_weight("attention.wq").view(v.config.head_dim, v.config.n_heads, v.config.dim).transpose(0, 1))),
        Mistake("qk_hf_permuted", "wq and wk are in Hugging Face's order and are not permuted back",
            fix: "undo Hugging Face's permutation of wq and wk, or pair i with i + head_dim/2 when rotating; not both, not neither",
            see: ["karpathy/llama2.c#286", "naklecha/llama3-from-scratch#20", "NeuraLegion/shainet#111"],
            (q_layer0, v => as_hugging_face(v.layer_weight("attention.wq"), v.config.n_heads)),
            (k_layer0, v => as_hugging_face(v.layer_weight("attention.wk"), v.config.n_kv_heads))),
        Mistake("v_from_wk", "wk is read where wv should be",
            fix: "read the values' matrix from attention.wv.weight",
            (v_layer0, v => v.layer_weight("attention.wk").view(v.config.n_kv_heads, -1, v.config.dim))),
        Mistake("q_head_off_by_one", "each query head uses the matrix of the next",
            fix: "take matrix h of wq for query head h, counted from 0",
            (q_layer0_head0, v => of_head(torch.cat([v[q_layer0][1..], v[q_layer0][..1]], 0), v))),
        Mistake("kv_reversed", "the key/value heads are taken in reverse order",
            fix: "take the matrices of wk and wv in the order of the file, head 0 first",
            (k_layer0_head0, v => of_head(reversed(v[k_layer0]), v)),
            (v_layer0_head0, v => of_head(reversed(v[v_layer0]), v))),
        Mistake("gqa_modulo", "query heads share key/value heads in turn (head % n_kv_heads) instead of in groups",
            fix: "let query head h use key/value head h / (n_heads / n_kv_heads): repeat_interleave, not repeat or tile", see: ["onnx/onnx#7274"],
            Shared((head, kv_heads) => head % kv_heads)),
        Mistake("kv_always_0", "all query heads share key/value head 0",
            fix: "let query head h use key/value head h / (n_heads / n_kv_heads)",
            Shared((_, _) => 0)),
        Mistake("concat_reversed", "the heads are laid side by side in reverse order",
            fix: "lay head 0 first, then head 1, up to head n_heads-1",
            (stacked_qkv_attention, v => side_by_side(reversed(v.every_head[qkv_attention])))),
        Mistake("concat_interleaved", "the heads are interleaved instead of laid side by side",
            fix: "bring [n_heads, T, head_dim] to [T, n_heads, head_dim], then view it as [T, dim]",
            (stacked_qkv_attention, v =>
            v.every_head[qkv_attention].permute(1, 2, 0).reshape(-1, v.config.dim))),
        Mistake("wo_transposed", "wo is transposed",
            fix: "multiply by woᵀ, with wo as it lies in the file: rows are outputs",
            (w_layer0, v => v.layer_weight("attention.wo").T)),
        Mistake("wo_skipped", "the heads are not combined by wo",
            fix: "multiply the heads, laid side by side, by woᵀ before adding them to the embedding",
            (embedding_delta, v => v[stacked_qkv_attention])),
    ];

    private delegate int PickHead(int head, int kv_heads);

    private static (ArticleStep, Func<Values, StepResult>)[] Shared(PickHead pick) =>
    [
        (qk_per_token, v =>
            torch.matmul(v[q_per_token_rotated], spread(v[k_per_token_rotated], v, pick).transpose(-2, -1)) / Math.Sqrt(v.config.head_dim)),
        (qkv_attention, v => torch.matmul(v[qk_per_token_after_masking_after_softmax], spread(v[v_per_token], v, pick))),
    ];

    private static Tensor spread(Tensor kv, Values v, PickHead pick) => kv.ndim == 2 ? kv : torch.stack(
        Enumerable.Range(0, v.config.n_heads).Select(head => kv[pick(head, v.config.n_kv_heads)]));

    private static Tensor of_head(Tensor per_head, Values v) => v.head is { } head ? per_head[head] : per_head;

    private static Tensor side_by_side(Tensor per_head) => per_head.permute(1, 0, 2).reshape(per_head.shape[1], -1);

    private static Tensor reversed(Tensor per_head) =>
        torch.stack(Enumerable.Range(1, (int)per_head.shape[0]).Select(back => per_head[per_head.shape[0] - back]));

    private static Tensor as_hugging_face(Tensor weight, int heads) =>
        weight.view(heads, -1, 2, weight.shape[1]).transpose(1, 2).reshape(heads, -1, weight.shape[1]);
}
