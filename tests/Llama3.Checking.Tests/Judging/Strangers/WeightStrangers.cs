using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In loading attention's weights, in heads and in the products with them.</summary>
internal static class WeightStrangers
{
    public static IReadOnlyList<Stranger> All { get; } =
    [
        Q("wq_heads_rolled", "wq's heads are two heads further", w => w.Rolled(0, 2)),
        Q("wq_two_heads_swapped", "two heads of wq are swapped", w => w.Swapped(0, 2, 5)),
        Q("wq_heads_reversed", "wq's heads are read from the last", w => w.Reversed(0)),
        Q("wq_rows_reversed", "the rows of each head of wq are read from the last", w => w.Reversed(1)),
        Q("wq_row_zero", "a row of wq is 0 in every head", w => w.Scaled(1, 0, 4)),
        Q("wq_row_twice", "one row of one head of wq is that of the row before", w => w.EachPart(0, (h, one) => h == 1 ? one.Ordered(1, r => r == 6 ? 5 : r) : one)),
        Q("wq_one_head_zero", "one head of wq is 0", w => w.Scaled(0, 0, 6)),
        Q("wq_column_doubled", "one column of wq is doubled", w => w.Scaled(2, 2, 11)),
        Q("wq_one_element", "one number of wq is doubled, in layer 1", w => w.With(1234, x => (2 * x) + 0.5f)).In(new() { Layers = [1] }),
        Q("wq_0.9", "wq is multiplied by 0.9", w => w * 0.9).May("the scores have another scale", Fitted),
        Q("wq_negated", "wq is negated", w => w * -1),
        Q("wq_4_bits", "wq is rounded to 4 bits", w => w.Quantised(4)),
        Q("wq_8_bits", "wq is rounded to 8 bits", w => w.Quantised(8)),
        Q("wq_columns_shifted", "wq's columns are shifted by one", w => w.Rolled(2)),
        Q("wq_pairs_swapped", "neighbouring rows of wq are exchanged", w => w.Ordered(1, r => r ^ 1)),
        Of("wq_from_wo", "wo is read where wq should be", (q_layer0, v => v.layer_weight("attention.wo").view(8, 10, 80))),
        Of("wq_of_next_layer", "wq is that of the next layer", (q_layer0, v => v.weight($"layers.{(v.layer + 1) % 3}.attention.wq").view(8, 10, 80))),
        Of("wk_in_out", "wk alone is read as [in, out]", (k_layer0, v => v.layer_weight("attention.wk").view(80, 20).T.contiguous().view(2, 10, 80))),
        Of("wv_in_out", "wv alone is read as [in, out]", (v_layer0, v => v.layer_weight("attention.wv").view(80, 20).T.contiguous().view(2, 10, 80))),
        Of("wk_heads_swapped", "the heads of wk alone are swapped", (k_layer0, v => v.right(k_layer0).Rolled(0))),
        Of("wv_heads_swapped", "the heads of wv alone are swapped", (v_layer0, v => v.right(v_layer0).Rolled(0))),
        Of("k_from_wv", "wv is read where wk should be", (k_layer0, v => v.layer_weight("attention.wv").view(2, 10, 80))),
        Of("wv_of_layer_before", "wv is that of the layer before", (v_layer0, v => v.weight($"layers.{(v.layer + 2) % 3}.attention.wv").view(2, 10, 80))),
        Of("wk_4_bits_in_layer_2", "wk is rounded to 4 bits in layer 2", (k_layer0, v => v.right(k_layer0).Quantised(4))).In(new() { Layers = [2] }),
        Of("wv_one_head_zero", "one head of wv is 0", (v_layer0, v => v.right(v_layer0).Scaled(0, 0, 1))),
        Of("wv_transposed_in_blocks", "each head of wv is read as [in, out]", (v_layer0, v => v.right(v_layer0).reshape(2, 80, 10).transpose(1, 2).contiguous())),
        Of("wo_rows_reversed", "the rows of wo are read from the last", (w_layer0, v => v.right(w_layer0).Reversed(0))),
        Of("wo_heads_rolled", "the columns of wo are those of the next head", (w_layer0, v => v.right(w_layer0).Rolled(1, 10))),
        Of("wo_one_column", "one column of wo is 0 in layer 0", (w_layer0, v => v.right(w_layer0).Scaled(1, 0, 33))).In(new() { Layers = [0] }),
        Of("wo_is_wq", "wq is read where wo should be", (w_layer0, v => v.layer_weight("attention.wq"))),
        Of("wo_4_bits", "wo is rounded to 4 bits", (w_layer0, v => v.right(w_layer0).Quantised(4))),
        Of("layers_reversed", "the layers' weights are read from the last", OfLayer(layer => 2 - layer)),
        Of("layers_1_and_2_swapped", "the weights of layers 1 and 2 are swapped", OfLayer(layer => layer == 0 ? 0 : 3 - layer)),
        Of("attention_of_layer_0", "attention uses layer 0's weights in every layer", [.. OfLayer(_ => 0).Take(4)]).May("a part of it", "layer0_weights"),
        Of("q_from_layer_input", "the queries alone are made of the embeddings before the norm",
            (q_per_token, v => Safe.matmul(v.layer_input, v[q_layer0_head0].transpose(-2, -1)))),
        Of("v_from_layer_input", "the values alone are made of the embeddings before the norm",
            (v_per_token, v => Safe.matmul(v.layer_input, v[v_layer0_head0].transpose(-2, -1)))),
        Of("q_bias", "0.1 is added to every query", (q_per_token, v => v.right(q_per_token) + 0.1)),
        Of("k_bias", "0.1 is added to every key", (k_per_token, v => v.right(k_per_token) + 0.1)),
        Of("v_bias", "0.1 is added to every value", (v_per_token, v => v.right(v_per_token) + 0.1)),
        Of("q_normed", "the queries are normalised by head, as Qwen 3 does",
            (q_per_token, v => v.right(q_per_token) * torch.rsqrt(v.right(q_per_token).pow(2).mean([-1], keepdim: true) + 1e-6))),
        Of("k_normed", "the keys are normalised by head", (k_per_token, v => v.right(k_per_token) * torch.rsqrt(v.right(k_per_token).pow(2).mean([-1], keepdim: true) + 1e-6))),
        Of("q_clipped", "the queries are clipped to ±1", (q_per_token, v => v.right(q_per_token).Clamped(1))),
        Of("q_reversed_heads", "the queries' heads are in reverse order", (q_per_token, v => v.right(q_per_token).Reversed(0))),
        Of("v_of_token_before", "each value is that of the token before", (v_per_token, v => v.right(v_per_token).Ordered(1, t => Math.Max(t - 1, 0)))),
        Of("v_from_first_token", "all values are the first token's", (v_per_token, v => v.right(v_per_token).Ordered(1, _ => 0))),
        Of("v_0.9", "the values are multiplied by 0.9", (v_per_token, v => v.right(v_per_token) * 0.9)),
        Of("v_1.01", "the values are multiplied by 1.01", (v_per_token, v => v.right(v_per_token) * 1.01)),
        Of("v_turned_back", "the values are rotated the wrong way round", (v_per_token, v =>
            torch.view_as_real(torch.view_as_complex(v.right(v_per_token).reshape(2, -1, 5, 2)) * torch.polar(torch.ones_like(v[freqs_for_each_token]), v[freqs_for_each_token] * -1)).view(2, -1, 10))),
    ];

    private static Stranger Q(string name, string what, Func<Tensor, Tensor> change) => Of(name, what, (q_layer0, v => change(v.right(q_layer0))));

    /// <summary>Attention's four first, then norms and feed-forward.</summary>
    private static (ArticleStep, Func<Values, StepResult>)[] OfLayer(Func<int, int> layer)
    {
        return
        [
            (q_layer0, v => W(v, "attention.wq").view(8, 10, 80)),
            (k_layer0, v => W(v, "attention.wk").view(2, 10, 80)),
            (v_layer0, v => W(v, "attention.wv").view(2, 10, 80)),
            (w_layer0, v => W(v, "attention.wo")),
            (token_embeddings, v => v[FinerPoints.attention_norm_before_weight] * W(v, "attention_norm")),
            (embedding_after_edit_normalized, v => v[FinerPoints.ffn_norm_before_weight] * W(v, "ffn_norm")),
            (FinerPoints.feed_forward_gate, v => Safe.matmul(v[embedding_after_edit_normalized], W(v, "feed_forward.w1").T)),
            (FinerPoints.feed_forward_up, v => Safe.matmul(v[embedding_after_edit_normalized], W(v, "feed_forward.w3").T)),
            (output_after_feedforward, v => Safe.matmul(v[FinerPoints.feed_forward_product], W(v, "feed_forward.w2").T)),
        ];

        Tensor W(Values v, string name) => v.weight($"layers.{layer(v.layer)}.{name}");
    }
}
