using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in loading attention's weights: the wrong matrix, another order of its rows, rows taken for columns.</summary>
internal static class WeightMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("wq_transposed", "wq is transposed",
            fix: "cut wq as it is in the file, [n_heads · head_dim, dim]: rows are outputs, and x · wqᵀ is computed",
            (q_layer0, v => per_head(wq(v).T.contiguous(), v.config.n_heads))),
        Mistake("wk_wv_transposed", "wk and wv are read as [in, out]: their rows are taken for columns",
            fix: "read wk and wv as they are in the file, [n_kv_heads · head_dim, dim]: rows are outputs",
            (k_layer0, v => per_head(read_as_in_out(wk(v)), v.config.n_kv_heads)),
            (v_layer0, v => per_head(read_as_in_out(wv(v)), v.config.n_kv_heads))),
        Mistake("wo_transposed", "wo is transposed",
            fix: "multiply by woᵀ, with wo as it is in the file: rows are outputs",
            (w_layer0, v => v.layer_weight("attention.wo").T)),
        Mistake("q_heads_strided", "every n_heads-th row of wq is taken for a head instead of neighbouring rows",
            fix: "view wq as [n_heads, head_dim, dim]: a head is head_dim neighbouring rows",
            (q_layer0, v => wq(v).view(v.config.head_dim, v.config.n_heads, v.config.dim).transpose(0, 1))),
        Mistake("qk_hf_permuted", "wq and wk are in Hugging Face's order and are not permuted back",
            fix: "undo Hugging Face's permutation of wq and wk, or pair i with i + head_dim/2 when rotating",
            see: ["karpathy/llama2.c#286", "naklecha/llama3-from-scratch#20", "pytorch/torchtitan#335", "ooples/AiDotNet#2074"],
            (q_layer0, v => as_hugging_face(wq(v), v.config.n_heads)),
            (k_layer0, v => as_hugging_face(wk(v), v.config.n_kv_heads))),
        Mistake("wq_hf_permuted", "wq alone is in Hugging Face's order, wk in Meta's",
            fix: "permute wq as wk is permuted: both or neither",
            (q_layer0, v => as_hugging_face(wq(v), v.config.n_heads))),
        Mistake("wk_hf_permuted", "wk alone is in Hugging Face's order, wq in Meta's",
            fix: "permute wk as wq is permuted, with n_kv_heads instead of n_heads: both or neither",
            (k_layer0, v => as_hugging_face(wk(v), v.config.n_kv_heads))),
        Mistake("qk_unpermuted", "Hugging Face's permutation of wq and wk is undone, but they are Meta's and were never permuted",
            fix: "permute wq and wk only where they come from Hugging Face's files, and only once",
            (q_layer0, v => as_meta(wq(v), v.config.n_heads)),
            (k_layer0, v => as_meta(wk(v), v.config.n_kv_heads))),
        Mistake("wv_unpermuted", "wv is permuted as wq and wk are, though nothing rotates the values",
            fix: "permute wq and wk only; Hugging Face's wv is the same as Meta's",
            (v_layer0, v => as_meta(wv(v), v.config.n_kv_heads))),
        Mistake("v_from_wk", "wk is read where wv should be",
            fix: "read the values' matrix from attention.wv.weight",
            (v_layer0, v => per_head(wk(v), v.config.n_kv_heads))),
        Mistake("wk_wv_swapped", "wk and wv are swapped",
            fix: "read the keys' matrix from attention.wk.weight and the values' from attention.wv.weight",
            (k_layer0, v => per_head(wv(v), v.config.n_kv_heads)),
            (v_layer0, v => per_head(wk(v), v.config.n_kv_heads))),
        Mistake("subnormals_flushed", "weights of less than 6.1e-5, the subnormal numbers of float16, are read as 0",
            fix: "read a float16 whose exponent is 0 as its fraction times 2^-24",
            Flushed()),
    ];

    /// <summary>Other matrices in attention and in the feed-forward.</summary>
    /// <param name="w">From the name of a weight, such as "attention.wq", to what is used in its place.</param>
    internal static (ArticleStep, Func<Values, StepResult>)[] Matrices(Func<Values, string, Tensor> w) =>
    [
        (q_layer0, v => per_head(w(v, "attention.wq"), v.config.n_heads)),
        (k_layer0, v => per_head(w(v, "attention.wk"), v.config.n_kv_heads)),
        (v_layer0, v => per_head(w(v, "attention.wv"), v.config.n_kv_heads)),
        (w_layer0, v => w(v, "attention.wo")),
        (feed_forward_gate, v => Safe.matmul(v[embedding_after_edit_normalized], w(v, "feed_forward.w1").T).plus(v.bias("feed_forward.w1"))),
        (feed_forward_up, v => Safe.matmul(v[embedding_after_edit_normalized], w(v, "feed_forward.w3").T).plus(v.bias("feed_forward.w3"))),
        (output_after_feedforward, v => FeedForwardMistakes.swiglu(
            v, v[embedding_after_edit_normalized], w(v, "feed_forward.w1"), w(v, "feed_forward.w2"), w(v, "feed_forward.w3"))),
        (output_after_feedforward, v => Safe.matmul(v[feed_forward_product], w(v, "feed_forward.w2").T).plus(v.bias("feed_forward.w2"))),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Flushed() =>
    [
        (token_embeddings_unnormalized, v => flushed(v.right(token_embeddings_unnormalized))),
        .. Matrices((v, name) => flushed(v.layer_weight(name))),
    ];

    /// <summary>Hugging Face's wk, whose permutation is undone with another number of heads than it was made with.</summary>
    internal static Tensor permuted_back_by(int heads, Values v) => as_meta(as_hugging_face(wk(v), v.config.n_kv_heads).reshape(-1, v.config.dim), heads)
        .reshape(v.config.n_kv_heads, -1, v.config.dim);

    /// <summary>As a float16 that is read by its exponent alone: the smallest normal number is 2^-14.</summary>
    private static Tensor flushed(Tensor weight) => weight.each(number => Math.Abs(number) < 1f / (1 << 14) ? 0 : (float)(Half)number);

    private static Tensor wq(Values v) => v.layer_weight("attention.wq");

    private static Tensor wk(Values v) => v.layer_weight("attention.wk");

    private static Tensor wv(Values v) => v.layer_weight("attention.wv");

    private static Tensor per_head(Tensor weight, int heads) => weight.view(heads, -1, weight.shape[1]);

    private static Tensor read_as_in_out(Tensor weight) => weight.view(weight.shape[1], weight.shape[0]).T.contiguous();

    private static Tensor as_hugging_face(Tensor weight, int heads) =>
        weight.view(heads, -1, 2, weight.shape[1]).transpose(1, 2).reshape(heads, -1, weight.shape[1]);

    private static Tensor as_meta(Tensor weight, int heads) =>
        weight.view(heads, 2, -1, weight.shape[1]).transpose(1, 2).reshape(heads, -1, weight.shape[1]);
}
