using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes in the feed-forward network and the residual around it.</summary>
internal static class FeedForwardPitfalls
{
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("w1_w3_swapped", "w1 and w3 are swapped: the activation is on the wrong half",
            fix: "apply SiLU to x · w1ᵀ (gate_proj) and multiply by x · w3ᵀ (up_proj)", see: ["sgl-project/sglang#34940"],
            (output_after_feedforward, v =>
            swiglu(x(v), w1: w(v, 3), w2: w(v, 2), w3: w(v, 1), gate => gate.silu()))),
        Mistake("gelu", "the activation is GELU instead of SiLU",
            fix: "use SiLU, x / (1 + exp(-x)), in the feed-forward",
            Activated(gelu)),
        Mistake("relu", "the activation is ReLU instead of SiLU",
            fix: "use SiLU, x / (1 + exp(-x)), in the feed-forward",
            Activated(gate => (gate + gate.abs()) / 2)),
        Mistake("sigmoid", "the activation is a sigmoid: SiLU without its factor x",
            fix: "multiply the sigmoid by its argument: SiLU is x · sigmoid(x)",
            Activated(sigmoid)),
        Mistake("no_gate", "w3 is left out: nothing is gated",
            fix: "multiply silu(x · w1ᵀ) by x · w3ᵀ before w2",
            (output_after_feedforward, v => torch.matmul(torch.matmul(x(v), w(v, 1).T).silu(), w(v, 2).T))),
        Mistake("no_ffn_residual", "the feed-forward's result replaces its input instead of being added to it",
            fix: "add the feed-forward's result to its input",
            (layer_0_embedding, v => v[output_after_feedforward])),
        Mistake("ffn_residual_from_norm", "the feed-forward's result is added to its normalised input",
            fix: "add the feed-forward's result to its input as it was before ffn_norm",
            (layer_0_embedding, v => v[embedding_after_edit_normalized] + v[output_after_feedforward])),
        Mistake("ffn_residual_from_block_input", "the feed-forward's result is added to the layer's input, so that attention's edit is lost",
            fix: "add the feed-forward's result to what attention left, not to the layer's input",
            (layer_0_embedding, v => v.layer_input + v[output_after_feedforward])),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Activated(Func<Tensor, Tensor> activation) =>
    [
        (output_after_feedforward, v => swiglu(x(v), w1: w(v, 1), w2: w(v, 2), w3: w(v, 3), activation)),
    ];

    internal static Tensor swiglu(Tensor x, Tensor w1, Tensor w2, Tensor w3, Func<Tensor, Tensor> activation) =>
        torch.matmul(activation(torch.matmul(x, w1.T)) * torch.matmul(x, w3.T), w2.T);

    private static Tensor x(Values v) => v[embedding_after_edit_normalized];

    private static Tensor w(Values v, int number) => v.layer_weight($"feed_forward.w{number}");

    private static Tensor sigmoid(Tensor x) => 1 / ((x * -1).exp() + 1);

    /// <summary>The usual approximation: 0.5·(1 + tanh(√(2/π)·(x + 0.044715·x³))) is a sigmoid of twice the argument.</summary>
    private static Tensor gelu(Tensor x) => x * sigmoid((x + x.pow(3) * 0.044715) * (2 * Math.Sqrt(2 / Math.PI)));
}
