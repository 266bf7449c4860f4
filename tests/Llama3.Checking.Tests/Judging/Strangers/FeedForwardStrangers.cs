using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In the feed-forward and in the residuals.</summary>
internal static class FeedForwardStrangers
{
    public static IReadOnlyList<Stranger> All { get; } =
    [
        Activation("act_clamped", "the activated gate is clamped to ±1", x => Math.Clamp(Silu(x), -1, 1)),
        Activation("act_input_clamped", "the gate is clamped to ±1 before the activation", x => Silu(Math.Clamp(x, -1, 1))),
        Activation("act_leaky_relu", "the activation is leaky ReLU", x => x > 0 ? x : 0.01f * x),
        Activation("act_swish_1.5", "the activation is x · sigmoid(1.5 x)", x => x / (1 + MathF.Exp(-1.5f * x))).May("another factor", Fitted),
        Activation("act_swish_0.9", "the activation is x · sigmoid(0.9 x)", x => x / (1 + MathF.Exp(-0.9f * x))).May("another factor", Fitted),
        Activation("act_hard_swish", "the activation is hard swish", x => x * Math.Clamp(x + 3, 0, 6) / 6),
        Activation("act_softplus", "the activation is softplus", x => MathF.Log(1 + MathF.Exp(x))),
        Activation("act_tanh", "the activation is tanh", MathF.Tanh),
        Activation("act_elu", "the activation is ELU", x => x > 0 ? x : MathF.Exp(x) - 1),
        Activation("act_squared_relu", "the activation is ReLU squared", x => x > 0 ? x * x : 0),
        Activation("act_mish", "the activation is Mish", x => x * MathF.Tanh(MathF.Log(1 + MathF.Exp(x)))),
        Activation("act_identity", "there is no activation", x => x),
        Activation("act_abs", "the activated gate has lost its sign", x => Math.Abs(Silu(x))),
        Activation("act_0.9", "the activated gate is multiplied by 0.9", x => 0.9f * Silu(x)),
        Activation("act_plus_1", "1 is added to the activated gate", x => Silu(x) + 1),
        Activation("act_twice", "the activation is applied twice", x => Silu(Silu(x))),
        Activation("act_8_levels", "the activated gate is rounded to eighths", x => MathF.Round(8 * Silu(x)) / 8),
        Product("product_of_activated_up", "up is activated too", (gate, up) => gate * up.silu()),
        Product("product_squared", "the gate is squared", (gate, up) => gate * gate * up),
        Product("product_clamped", "the product is clamped to ±0.5", (gate, up) => (gate * up).Clamped(0.5f)),
        Product("product_up_plus_1", "1 is added to up, as gpt-oss does", (gate, up) => gate * (up + 1)),
        Product("product_subtracted", "up is subtracted from the gate", (gate, up) => gate - up),
        Product("product_up_only", "up alone goes on", (_, up) => up),
        Product("product_1.01", "the product is 1 % too large", (gate, up) => gate * up * 1.01),
        Product("product_up_shifted", "up is shifted by one place", (gate, up) => gate * up.Rolled(-1)),
        Product("product_half_zero", "the second half of the product is 0", (gate, up) => (gate * up).EachPart(-1, (i, column) => i < 128 ? column : column * 0)),
        Weight("w1_row_zero", "one row of w1 is 0", feed_forward_gate, "w1", w => w.Scaled(0, 0, 17)),
        Weight("w1_one_element", "one number of w1 is wrong, in layer 2", feed_forward_gate, "w1", w => w.With(4321, x => x + 2)).In(new() { Layers = [2] }),
        Weight("w1_4_bits", "w1 is rounded to 4 bits", feed_forward_gate, "w1", w => w.Quantised(4)),
        Weight("w1_rows_reversed", "w1's rows are read from the last", feed_forward_gate, "w1", w => w.Reversed(0)),
        Weight("w3_0.9", "w3 is multiplied by 0.9", feed_forward_up, "w3", w => w * 0.9),
        Weight("w3_columns_shifted", "w3's columns are shifted by one", feed_forward_up, "w3", w => w.Rolled(1)),
        Of("w1_is_w3", "w3 is read where w1 should be", (feed_forward_gate, v => Safe.matmul(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w3").T))),
        Of("w3_of_next_layer", "w3 is that of the next layer", (feed_forward_up, v => Safe.matmul(v[embedding_after_edit_normalized], v.weight($"layers.{(v.layer + 1) % 3}.feed_forward.w3").T))),
        Of("w2_4_bits", "w2 is rounded to 4 bits", (output_after_feedforward, v => Down(v, w => w.Quantised(4)))),
        Of("w2_rows_reversed", "w2's rows are read from the last", (output_after_feedforward, v => Down(v, w => w.Reversed(0)))),
        Of("w2_transposed_in_layer_1_of_blocks", "w2's columns are read from the last, in layer 1", (output_after_feedforward, v => Down(v, w => w.Reversed(1)))).In(new() { Layers = [1] }),
        Of("ffn_of_layer_0", "the feed-forward uses layer 0's weights in every layer",
            (feed_forward_gate, v => Safe.matmul(v[embedding_after_edit_normalized], v.weight("layers.0.feed_forward.w1").T)),
            (feed_forward_up, v => Safe.matmul(v[embedding_after_edit_normalized], v.weight("layers.0.feed_forward.w3").T)),
            (output_after_feedforward, v => Safe.matmul(v[feed_forward_product], v.weight("layers.0.feed_forward.w2").T))).May("a part of it", "layer0_weights"),
        Of("ffn_reads_attention_norm", "the feed-forward reads what attention read",
            (feed_forward_gate, v => Safe.matmul(v[token_embeddings], v.layer_weight("feed_forward.w1").T)),
            (feed_forward_up, v => Safe.matmul(v[token_embeddings], v.layer_weight("feed_forward.w3").T))),
        Of("ffn_gate_unnormalized", "the gate alone is made of the input before the norm", (feed_forward_gate, v => Safe.matmul(v[embedding_after_edit], v.layer_weight("feed_forward.w1").T))),
        Of("ffn_0.9", "the feed-forward's result is multiplied by 0.9", (output_after_feedforward, v => Safe.matmul(v[feed_forward_product], v.layer_weight("feed_forward.w2").T) * 0.9)),
        Of("ffn_bias", "0.01 is added to the feed-forward's result", (output_after_feedforward, v => Down(v, w => w) + 0.01)),
        Of("ffn_token_before", "each token gets the feed-forward of the token before", (output_after_feedforward, v => Down(v, w => w).Ordered(0, t => Math.Max(t - 1, 0)))),
        Delta("delta_0.9", "attention's result is multiplied by 0.9", x => x * 0.9),
        Delta("delta_1.01", "attention's result is multiplied by 1.01", x => x * 1.01),
        Delta("delta_negated", "attention's result is negated", x => x * -1),
        Delta("delta_clamped", "attention's result is clamped to ±0.2", x => x.Clamped(0.2f)),
        Delta("delta_token_before", "attention's result is that of the token before", x => x.Ordered(0, t => Math.Max(t - 1, 0))),
        Delta("delta_row_zero", "attention's result is 0 for the first token", x => x.Scaled(0, 0, 0)),
        Of("attn_residual_0.9", "the layer's input is multiplied by 0.9 before attention is added", (embedding_after_edit, v => (v.layer_input * 0.9) + v[embedding_delta])),
        Of("attn_residual_delta_twice", "attention's result is added twice", (embedding_after_edit, v => v.layer_input + (v[embedding_delta] * 2))),
        Of("attn_residual_minus", "attention's result is subtracted", (embedding_after_edit, v => v.layer_input - v[embedding_delta])),
        Of("attn_residual_half", "input and attention's result are averaged", (embedding_after_edit, v => (v.layer_input + v[embedding_delta]) / 2)),
        Of("attn_residual_depth", "attention's result is divided by √(2 n_layers)", (embedding_after_edit, v => v.layer_input + (v[embedding_delta] / Math.Sqrt(6)))),
        Of("attn_residual_token_before", "attention's result is added to the token before", (embedding_after_edit, v => v.layer_input.Ordered(0, t => Math.Max(t - 1, 0)) + v[embedding_delta])),
        Of("attn_residual_of_embeddings_in_2", "layer 2 adds attention's result to the first embeddings",
            (embedding_after_edit, v => v[token_embeddings_unnormalized] + v[embedding_delta])).In(new() { Layers = [2] }),
        Of("ffn_residual_0.9", "the feed-forward's input is multiplied by 0.9 before the result is added", (layer_0_embedding, v => (v[embedding_after_edit] * 0.9) + v[output_after_feedforward])),
        Of("ffn_residual_result_twice", "the feed-forward's result is added twice", (layer_0_embedding, v => v[embedding_after_edit] + (v[output_after_feedforward] * 2))),
        Of("ffn_residual_minus", "the feed-forward's result is subtracted", (layer_0_embedding, v => v[embedding_after_edit] - v[output_after_feedforward])),
        Of("ffn_residual_plus_input", "the layer's input is added once more", (layer_0_embedding, v => v[embedding_after_edit] + v[output_after_feedforward] + v.layer_input)),
        Of("ffn_residual_plus_delta", "attention's result is added once more", (layer_0_embedding, v => v[embedding_after_edit] + v[output_after_feedforward] + v[embedding_delta])),
        Of("parallel_blocks", "feed-forward and attention both read the layer's input, as in GPT-J", (embedding_after_edit_normalized, v => v[token_embeddings])),
        Of("layer_output_clipped", "the layer's result is clipped to ±1", (layer_0_embedding, v => v.right(layer_0_embedding).Clamped(1))),
        Of("layer_output_one_element", "one number of the layer's result is wrong, in layer 0", (layer_0_embedding, v => v.right(layer_0_embedding).With(13, x => x + 1))).In(new() { Layers = [0] }),
        Of("layer_output_tokens_swapped", "two tokens' results are swapped after layer 1", (layer_0_embedding, v => v.right(layer_0_embedding).Swapped(0, 0, (int)v.right(layer_0_embedding).shape[0] - 1)))
            .In(new() { Layers = [1] }),
    ];

    private static Stranger Activation(string name, string what, Func<float, float> activate) => Of(name, what, (feed_forward_gate_activated, v => v[feed_forward_gate].Each(activate)));

    private static Stranger Product(string name, string what, Func<Tensor, Tensor, Tensor> multiply) =>
        Of(name, what, (feed_forward_product, v => multiply(v[feed_forward_gate_activated], v[feed_forward_up])));

    private static Stranger Weight(string name, string what, ArticleStep step, string weight, Func<Tensor, Tensor> change) =>
        Of(name, what, (step, v => Safe.matmul(v[embedding_after_edit_normalized], change(v.layer_weight($"feed_forward.{weight}")).T)));

    private static Stranger Delta(string name, string what, Func<Tensor, Tensor> change) => Of(name, what, (embedding_delta, v => change(v.right(embedding_delta))));

    private static Tensor Down(Values v, Func<Tensor, Tensor> change) => Safe.matmul(v[feed_forward_product], change(v.layer_weight("feed_forward.w2")).T);

    private static float Silu(float x) => x / (1 + MathF.Exp(-x));
}
