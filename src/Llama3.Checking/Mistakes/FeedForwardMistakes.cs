using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in the feed-forward network.</summary>
internal static class FeedForwardMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("ffn_input_unnormalized", "the feed-forward reads its input before the norm",
            fix: "multiply the result of ffn_norm by w1 and w3",
            (feed_forward_gate, v => Safe.matmul(v[embedding_after_edit], w(v, 1).T).plus(b(v, 1))),
            (feed_forward_up, v => Safe.matmul(v[embedding_after_edit], w(v, 3).T).plus(b(v, 3))),
            (output_after_feedforward, v => swiglu(v, v[embedding_after_edit], w(v, 1), w(v, 2), w(v, 3)))),
        Mistake("ffn_beside_attention", "the feed-forward reads the layer's input, before attention's result is added (parallel blocks)",
            fix: "normalise embedding_after_edit, the sum of the layer's input and attention's result",
            (ffn_norm_before_weight, v => NormMistakes.normalized(v.layer_input, v.config.norm_eps)),
            (embedding_after_edit_normalized, v => NormMistakes.normalized(v.layer_input, v.config.norm_eps) * v.layer_weight("ffn_norm"))),
        Mistake("w1_w3_swapped", "w1 and w3 are swapped: the activation is on the wrong half",
            fix: "apply SiLU to x · w1ᵀ (gate_proj) and multiply by x · w3ᵀ (up_proj)",
            see: ["ml-explore/mlx-lm#767", "sgl-project/sglang#32430", "sgl-project/sglang#34940"],
            (feed_forward_gate, v => times(v, 3)),
            (feed_forward_up, v => times(v, 1)),
            (output_after_feedforward, v => down(v, times(v, 3).silu() * times(v, 1)))),
        Mistake("gate_up_interleaved", "w1 and w3 lie one below the other in one matrix, and its even rows are taken for the gate, its odd rows for the rest",
            fix: "take the first half of the rows for the gate, the second half for what goes through it",
            (feed_forward_gate, v => every_other(v, 0)),
            (feed_forward_up, v => every_other(v, 1)),
            (output_after_feedforward, v => down(v, every_other(v, 0).silu() * every_other(v, 1)))),
        Mistake("w3_is_w1", "w1 is read where w3 should be",
            fix: "read what goes through the gate from feed_forward.w3.weight (up_proj)",
            (feed_forward_up, v => times(v, 1)),
            (output_after_feedforward, v => down(v, times(v, 1).silu() * times(v, 1)))),
        Mistake("w2_transposed", "w2 is read as [in, out]: its rows are taken for columns",
            fix: "read w2 as it is in the file, [dim, ffn_dim], and multiply by w2ᵀ",
            (output_after_feedforward, v => Safe.matmul(times(v, 1).silu() * times(v, 3), w(v, 2).view(w(v, 2).shape[1], -1)).plus(b(v, 2))),
            (output_after_feedforward, v => Safe.matmul(v[feed_forward_product], w(v, 2).view(w(v, 2).shape[1], -1)).plus(b(v, 2)))),
        Mistake("gelu", "the activation is GELU (by tanh), as in GPT-2, instead of SiLU: hidden_act is not read", fix: UseSiLU, Activated(gelu)),
        Mistake("gelu_erf", "the activation is GELU (by erf), the default of BertConfig, instead of SiLU: hidden_act is not read", fix: UseSiLU, Activated(gelu_erf)),
        Mistake("gelu_quick", "the activation is quick GELU, x · sigmoid(1.702 · x), instead of SiLU", fix: UseSiLU,
            Activated(gate => gate * sigmoid(gate * 1.702))),
        Mistake("relu", "the activation is ReLU, a default of PyTorch, instead of SiLU", fix: UseSiLU, Activated(gate => (gate + gate.abs()) / 2)),
        Mistake("relu_squared", "the activation is the square of ReLU instead of SiLU", fix: UseSiLU, Activated(gate => ((gate + gate.abs()) / 2).pow(2))),
        Mistake("hardswish", "the activation is hard swish, x · min(max(x + 3, 0), 6) / 6, instead of SiLU", fix: UseSiLU,
            Activated(gate => gate * gate.each(x => Math.Clamp(x + 3, 0, 6) / 6))),
        Mistake("sigmoid", "the activation is a sigmoid: SiLU without its factor x",
            fix: "multiply the sigmoid by its argument: SiLU is x · sigmoid(x)",
            Activated(sigmoid)),
        Mistake("silu_sign", "SiLU's exponential has the wrong sign: x / (1 + exp(x))",
            fix: "divide by 1 + exp(-x)",
            Activated(gate => gate * sigmoid(gate * -1))),
        Mistake("no_gate", "w3 is left out: nothing is gated",
            fix: "multiply silu(x · w1ᵀ) by x · w3ᵀ before w2",
            Combined((gate, _) => gate.silu(), (activated, _) => activated)),
        Mistake("gate_plus_up", "gate and up are added instead of multiplied",
            fix: "multiply silu(x · w1ᵀ) by x · w3ᵀ, element by element",
            Combined((gate, up) => gate.silu() + up, (activated, up) => activated + up)),
        Mistake("silu_on_product", "the activation is applied to the product of gate and up instead of the gate",
            fix: "apply SiLU to x · w1ᵀ alone, then multiply by x · w3ᵀ", see: ["Nijikadesu/breakdown-minimind#3"],
            (feed_forward_product, v => (v[feed_forward_gate] * v[feed_forward_up]).silu()),
            (output_after_feedforward, v => down(v, (times(v, 1) * times(v, 3)).silu()))),
    ];

    private const string UseSiLU = "use SiLU, x / (1 + exp(-x)), in the feed-forward";

    internal static Tensor swiglu(Values v, Tensor x, Tensor w1, Tensor w2, Tensor w3) =>
        Safe.matmul(Safe.matmul(x, w1.T).plus(b(v, 1)).silu() * Safe.matmul(x, w3.T).plus(b(v, 3)), w2.T).plus(b(v, 2));

    private static (ArticleStep, Func<Values, StepResult>)[] Activated(Func<Tensor, Tensor> activation) =>
    [
        (feed_forward_gate_activated, v => activation(v[feed_forward_gate])),
        (output_after_feedforward, v => down(v, activation(times(v, 1)) * times(v, 3))),
    ];

    /// <summary>A mistake in putting the halves together: for the whole step from the gate, for the product from the activated gate.</summary>
    internal static (ArticleStep, Func<Values, StepResult>)[] Combined(
        Func<Tensor, Tensor, Tensor> from_gate, Func<Tensor, Tensor, Tensor> from_activated) =>
    [
        (feed_forward_product, v => from_activated(v[feed_forward_gate_activated], v[feed_forward_up])),
        (output_after_feedforward, v => down(v, from_gate(times(v, 1), times(v, 3)))),
    ];

    private static Tensor x(Values v) => v[embedding_after_edit_normalized];

    private static Tensor w(Values v, int number) => v.layer_weight($"feed_forward.w{number}");

    private static Tensor? b(Values v, int number) => v.bias($"feed_forward.w{number}");

    private static Tensor times(Values v, int number) => Safe.matmul(x(v), w(v, number).T).plus(b(v, number));

    private static Tensor down(Values v, Tensor product) => Safe.matmul(product, w(v, 2).T).plus(b(v, 2));

    private static Tensor every_other(Values v, int first)
    {
        var product = Safe.matmul(x(v), every_other_row(w(v, 1), w(v, 3), first).T);
        return b(v, 1) is { } b1 ? product + every_other_row(b1, b(v, 3)!, first) : product;
    }

    private static Tensor every_other_row(Tensor gate, Tensor up, int first) =>
        torch.cat([gate, up], 0).reshape([-1, 2, .. gate.shape[1..]]).transpose(0, 1)[first];

    private static Tensor sigmoid(Tensor x) => 1 / ((x * -1).exp() + 1);

    /// <summary>The usual approximation: 0.5·(1 + tanh(√(2/π)·(x + 0.044715·x³))) is a sigmoid of twice the argument.</summary>
    private static Tensor gelu(Tensor x) => x * sigmoid((x + x.pow(3) * 0.044715) * (2 * Math.Sqrt(2 / Math.PI)));

    /// <summary>0.5·(x + |x|·erf(|x|/√2)); erf as Abramowitz and Stegun approximate it in 7.1.26, within 1.5e-7.</summary>
    private static Tensor gelu_erf(Tensor x)
    {
        var size = x.to_type(float32).abs();
        var t = 1 / (size * (0.3275911 / Math.Sqrt(2)) + 1);
        var polynomial = ((((t * 1.061405429 - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        var erf = 1 - polynomial * (size.pow(2) / -2).exp();
        return ((x.to_type(float32) + size * erf) / 2).to_type(x.dtype);
    }
}
