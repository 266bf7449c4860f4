using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Exports;

/// <summary>The weights by Hugging Face's names and in their order of rows, as convert_llama_weights_to_hf.py makes them from Meta's.</summary>
internal static class HuggingFaceWeights
{
    /// <summary>All of them.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(Checkpoint checkpoint) =>
    [
        ("model.embed_tokens.weight", checkpoint.weight("tok_embeddings.weight")),
        .. Enumerable.Range(0, checkpoint.Params.n_layers).SelectMany(layer => Layer(checkpoint, layer)),
        ("model.norm.weight", checkpoint.weight("norm.weight")),
        ("lm_head.weight", checkpoint.weight("output.weight")),
    ];

    private static IEnumerable<(string Name, Tensor Tensor)> Layer(Checkpoint checkpoint, int layer)
    {
        return
        [
            Named("self_attn.q_proj", Permuted(Meta("attention.wq"), checkpoint.Params.n_heads)),
            Named("self_attn.k_proj", Permuted(Meta("attention.wk"), checkpoint.Params.n_kv_heads)),
            Named("self_attn.v_proj", Meta("attention.wv")),
            Named("self_attn.o_proj", Meta("attention.wo")),
            Named("mlp.gate_proj", Meta("feed_forward.w1")),
            Named("mlp.up_proj", Meta("feed_forward.w3")),
            Named("mlp.down_proj", Meta("feed_forward.w2")),
            Named("input_layernorm", Meta("attention_norm")),
            Named("post_attention_layernorm", Meta("ffn_norm")),
        ];

        Tensor Meta(string name) => checkpoint.weight($"layers.{layer}.{name}.weight");

        (string Name, Tensor Tensor) Named(string name, Tensor tensor) => ($"model.layers.{layer}.{name}.weight", tensor);
    }

    /// <summary>
    /// Meta's RoPE rotates neighbours, Hugging Face's rotates i with i + head_dim/2: within each head the first of all pairs come
    /// first, then the second.
    /// </summary>
    private static Tensor Permuted(Tensor weight, int heads)
    {
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        return weight.reshape([heads, rows / heads / 2, 2, columns]).transpose(1, 2).reshape([rows, columns]);
    }
}
