using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in taking heads apart, in sharing key/value heads and in putting heads together.</summary>
internal static class HeadMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("q_head_off_by_one", "each query head uses the matrix of the next",
            fix: "take matrix h of wq for query head h, counted from 0",
            (q_layer0_head0, v => of_head(torch.cat([v[q_layer0][1..], v[q_layer0][..1]], 0), v))),
        Mistake("kv_reversed", "the key/value heads are taken in reverse order",
            fix: "take the matrices of wk and wv in the order of the file, head 0 first",
            (k_layer0_head0, v => of_head(reversed(v[k_layer0]), v)),
            (v_layer0_head0, v => of_head(reversed(v[v_layer0]), v))),
        Mistake("split_no_transpose", "queries, keys and values are viewed as [heads, T, head_dim] without a transpose, which mixes tokens and heads",
            fix: "view them as [T, heads, head_dim], then transpose to [heads, T, head_dim]", see: ["reczoo/FuxiCTR#30"],
            (q_per_token, v => viewed_as_heads(v, q_layer0)),
            (k_per_token, v => viewed_as_heads(v, k_layer0)),
            (v_per_token, v => viewed_as_heads(v, v_layer0))),
        Mistake("gqa_modulo", "query heads share key/value heads in turn (head % n_kv_heads) instead of in groups",
            fix: "let query head h use key/value head h / (n_heads / n_kv_heads): repeat_interleave, not repeat or tile",
            see: ["onnx/onnx#7274", "nntile/nntile#347", "ekzhang/jax-js#180"],
            Shared(in_turn)),
        Mistake("gqa_modulo_k", "query heads share keys in turn (head % n_kv_heads), though values in groups",
            fix: "repeat keys as values: query head h uses key head h / (n_heads / n_kv_heads)",
            SharedKeys(in_turn)),
        Mistake("gqa_modulo_v", "query heads share values in turn (head % n_kv_heads), though keys in groups",
            fix: "repeat values as keys: query head h uses value head h / (n_heads / n_kv_heads)",
            SharedValues(in_turn)),
        Mistake("gqa_clamped", "query head h uses key/value head h, as if num_key_value_heads were num_attention_heads, its default in LlamaConfig, and those beyond the last share the last",
            fix: "read num_key_value_heads, and let query head h use key/value head h / (n_heads / n_kv_heads)",
            Shared((head, kv_heads) => Math.Min(head, kv_heads - 1))),
        Mistake("kv_always_0", "all query heads share key/value head 0",
            fix: "let query head h use key/value head h / (n_heads / n_kv_heads)", see: ["THUDM/LongBench#27"],
            Shared((_, _) => 0)),
        Mistake("concat_reversed", "the heads are laid side by side in reverse order",
            fix: "lay head 0 first, then head 1, up to head n_heads-1",
            (stacked_qkv_attention, v => side_by_side(reversed(v.every_head[qkv_attention])))),
        Mistake("concat_interleaved", "the heads are interleaved instead of laid side by side",
            fix: "lay the head_dim numbers of one head next to each other: [T, n_heads, head_dim], viewed as [T, dim]",
            (stacked_qkv_attention, v => v.every_head[qkv_attention].permute(1, 2, 0).reshape(-1, v.config.n_heads * v.config.head_dim))),
        Mistake("concat_no_transpose", "[n_heads, T, head_dim] is viewed as [T, dim] without a transpose, which mixes tokens and heads",
            fix: "transpose to [T, n_heads, head_dim], then view as [T, dim]",
            see: ["jsbaan/transformer-from-scratch#6", "ajhalthor/Transformer-Neural-Network#4"],
            (stacked_qkv_attention, v => v.every_head[qkv_attention].reshape(-1, v.config.n_heads * v.config.head_dim))),
        Mistake("wo_skipped", "the heads are not combined by wo",
            fix: "multiply the heads, laid side by side, by woᵀ before adding them to the embedding",
            (embedding_delta, v => v[stacked_qkv_attention])),
    ];

    private delegate int PickHead(int head, int kv_heads);

    internal static Tensor reversed(Tensor rows) =>
        torch.stack(Enumerable.Range(1, (int)rows.shape[0]).Select(back => rows[rows.shape[0] - back]));

    internal static Tensor of_head(Tensor per_head, Values v) => v.head is { } head ? per_head[head] : per_head;

    private static int in_turn(int head, int kv_heads) => head % kv_heads;

    private static (ArticleStep, Func<Values, StepResult>)[] Shared(PickHead pick) => [.. SharedKeys(pick), .. SharedValues(pick)];

    private static (ArticleStep, Func<Values, StepResult>)[] SharedKeys(PickHead pick) =>
    [
        (qk_per_token_before_scaling, v => products(v, pick)),
        (qk_per_token, v => products(v, pick) / Math.Sqrt(v.config.head_dim)),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] SharedValues(PickHead pick) =>
    [
        (qkv_attention, v => Safe.matmul(v[qk_per_token_after_masking_after_softmax], spread(v.values, v, pick))),
    ];

    /// <summary>Keys or values for each query head, as it is right.</summary>
    internal static Tensor in_groups(Tensor kv, Values v) => spread(kv, v, (head, _) => head / v.config.group_size);

    private static Tensor products(Values v, PickHead pick) =>
        Safe.matmul(v[q_per_token_rotated], spread(v.keys, v, pick).transpose(-2, -1));

    private static Tensor spread(Tensor kv, Values v, PickHead pick) => kv.ndim == 2 ? kv : torch.stack(
        Enumerable.Range(0, v.config.n_heads).Select(head => kv[pick(head, v.config.n_kv_heads)]));

    private static Tensor viewed_as_heads(Values v, ArticleStep weights)
    {
        var (x, per_head) = (v[token_embeddings], v[weights]);
        return of_head(Safe.matmul(x, per_head.reshape(-1, v.config.n_heads * v.config.head_dim).T).view(per_head.shape[0], x.shape[0], -1), v);
    }

    private static Tensor side_by_side(Tensor per_head) => per_head.permute(1, 0, 2).reshape(per_head.shape[1], -1);
}
