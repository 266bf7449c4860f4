using Llama3.Reference.Steps;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes over the layers and after them.</summary>
internal static class OutputPitfalls
{
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("layer0_weights", "every layer uses the weights of layer 0",
            (token_embeddings, v => RmsNorm.rms_norm(v.layer_input, layer_0(v, "attention_norm"), v.config.norm_eps)),
            (q_layer0, v => Attention.split_into_heads(layer_0(v, "attention.wq"), v.config.n_heads)),
            (k_layer0, v => Attention.split_into_heads(layer_0(v, "attention.wk"), v.config.n_kv_heads)),
            (v_layer0, v => Attention.split_into_heads(layer_0(v, "attention.wv"), v.config.n_kv_heads)),
            (w_layer0, v => layer_0(v, "attention.wo")),
            (embedding_after_edit_normalized, v => RmsNorm.rms_norm(v[embedding_after_edit], layer_0(v, "ffn_norm"), v.config.norm_eps)),
            (output_after_feedforward, v => FeedForward.swiglu(
                v[embedding_after_edit_normalized],
                w1: layer_0(v, "feed_forward.w1"), w2: layer_0(v, "feed_forward.w2"), w3: layer_0(v, "feed_forward.w3")))),
        Mistake("one_layer_short", "the last layer is left out",
            (final_embedding, v => v.in_layer(v.config.n_layers - 2)[layer_0_embedding])),
        Mistake("tied_output", "the embedding table serves as output matrix (tied embeddings)",
            (logits, v => Logits.of_last_token(v[final_embedding_normalized], v.weight("tok_embeddings")))),
        Mistake("first_token", "the first token's vector is used instead of the last one's",
            (logits, v => Logits.of_last_token(v[final_embedding_normalized][..1], v.weight("output")))),
        Mistake("second_last", "the last token but one is used",
            (logits, v => Logits.of_last_token(v[final_embedding_normalized][..(int)(v[final_embedding_normalized].shape[0] - 1)], v.weight("output")))),
        Mistake("one_based_index", "ids are counted from 1",
            (next_token, v => Logits.most_likely(v[logits]) + 1)),
    ];

    private static Tensor layer_0(Values v, string name) => v.weight($"layers.0.{name}");
}
