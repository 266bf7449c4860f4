using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in what some models have and Llama 3 has not: scaled RoPE, heads of a size of their own, other numbers, biases.</summary>
internal static class ModelMistakes
{
    private static readonly KnownMistake AttentionBiasIgnored = Mistake("attention_bias_ignored", "the biases of wq, wk, wv and wo are not added, as if attention_bias were false, its default in LlamaConfig",
        fix: "add the bias to each product: attention_bias of config.json is true",
        (q_per_token, v => times(v[token_embeddings], v[q_layer0_head0])),
        (k_per_token, v => times(v[token_embeddings], v[k_layer0_head0])),
        (v_per_token, v => times(v[token_embeddings], v[v_layer0_head0])),
        (embedding_delta, v => times(v[stacked_qkv_attention], v[w_layer0]))).On(model => model.attention_bias);

    private static readonly KnownMistake MlpBiasIgnored = Mistake("mlp_bias_ignored", "the biases of w1, w2 and w3 are not added, as if mlp_bias were false, its default in LlamaConfig",
        fix: "add the bias to each product: mlp_bias of config.json is true",
        (feed_forward_gate, v => times(v[embedding_after_edit_normalized], w(v, 1))),
        (feed_forward_up, v => times(v[embedding_after_edit_normalized], w(v, 3))),
        (output_after_feedforward, v => times(
            times(v[embedding_after_edit_normalized], w(v, 1)).silu() * times(v[embedding_after_edit_normalized], w(v, 3)), w(v, 2))),
        (output_after_feedforward, v => times(v[feed_forward_product], w(v, 2)))).On(model => model.mlp_bias);

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        .. ScalingMistakes.All, .. SizeMistakes.All, ThetaMistakes.OfLlama3, ThetaMistakes.Rounded, NormMistakes.EpsOfLlama3, AttentionBiasIgnored, MlpBiasIgnored,
    ];

    private static Tensor w(Values v, int number) => v.layer_weight($"feed_forward.w{number}");

    private static Tensor times(Tensor x, Tensor weight) => Safe.matmul(x, weight.transpose(-2, -1));
}
