using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in what some models have and Llama 3 has not: scaled RoPE and biases. Where a model has none of it, nothing is wrong.</summary>
internal static class ModelMistakes
{
    private static readonly KnownMistake ScalingIgnored = Mistake("rope_scaling_ignored", "the frequencies are not scaled, though the model says so",
        fix: "scale the frequencies as rope_scaling of config.json says, or use_scaled_rope of params.json",
        (freqs, v => AngleMistakes.unscaled(v)));

    private static readonly KnownMistake AttentionBiasIgnored = Mistake("attention_bias_ignored", "the biases of wq, wk, wv and wo are not added",
        fix: "add the bias to each product: attention_bias of config.json is true",
        (q_per_token, v => times(v[token_embeddings], v[q_layer0_head0])),
        (k_per_token, v => times(v[token_embeddings], v[k_layer0_head0])),
        (v_per_token, v => times(v[token_embeddings], v[v_layer0_head0])),
        (embedding_delta, v => times(v[stacked_qkv_attention], v[w_layer0])));

    private static readonly KnownMistake MlpBiasIgnored = Mistake("mlp_bias_ignored", "the biases of w1, w2 and w3 are not added",
        fix: "add the bias to each product: mlp_bias of config.json is true",
        (feed_forward_gate, v => times(v[embedding_after_edit_normalized], w(v, 1))),
        (feed_forward_up, v => times(v[embedding_after_edit_normalized], w(v, 3))),
        (output_after_feedforward, v => times(
            times(v[embedding_after_edit_normalized], w(v, 1)).silu() * times(v[embedding_after_edit_normalized], w(v, 3)), w(v, 2))),
        (output_after_feedforward, v => times(v[feed_forward_product], w(v, 2))));

    public static IReadOnlyList<KnownMistake> All { get; } = [ScalingIgnored, AttentionBiasIgnored, MlpBiasIgnored];

    /// <summary>Those that can be made on a model.</summary>
    public static IReadOnlyList<KnownMistake> Of(ModelParams model) =>
    [
        .. model.rope_scaling is null ? Array.Empty<KnownMistake>() : [ScalingIgnored],
        .. model.attention_bias ? [AttentionBiasIgnored] : Array.Empty<KnownMistake>(),
        .. model.mlp_bias ? [MlpBiasIgnored] : Array.Empty<KnownMistake>(),
    ];

    private static Tensor w(Values v, int number) => v.layer_weight($"feed_forward.w{number}");

    private static Tensor times(Tensor x, Tensor weight) => Safe.matmul(x, weight.transpose(-2, -1));
}
