using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Checkpoints;

/// <summary>Hugging Face's names and order of rows, for biases too.</summary>
public sealed class HuggingFaceNamesTests
{
    private static readonly ModelParams Model = new(
        dim: 8, n_layers: 1, n_heads: 2, n_kv_heads: 1, vocab_size: 3, multiple_of: null, ffn_dim_multiplier: null, norm_eps: 1e-5, rope_theta: 1e4);

    [Theory(DisplayName = "Hugging Face's names: there and back:")]
    [InlineData("layers.0.attention.wq.bias", "model.layers.0.self_attn.q_proj.bias")]
    [InlineData("layers.7.attention.wo.bias", "model.layers.7.self_attn.o_proj.bias")]
    [InlineData("layers.0.feed_forward.w1.bias", "model.layers.0.mlp.gate_proj.bias")]
    [InlineData("layers.0.feed_forward.w2.bias", "model.layers.0.mlp.down_proj.bias")]
    [InlineData("layers.0.feed_forward.w3.weight", "model.layers.0.mlp.up_proj.weight")]
    [InlineData("layers.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight")]
    public void There_and_back(string meta, string name)
    {
        HuggingFaceNames.Of(meta).Should().Be(name);
        HuggingFaceNames.Meta(name).Should().Be(meta);
    }

    [Theory(DisplayName = "Hugging Face's names: what Llama does not have has none of Meta's names:")]
    [InlineData("model.layers.0.self_attn.q_norm.weight")]
    [InlineData("model.layers.0.input_layernorm.bias")]
    public void Unknown(string name) => HuggingFaceNames.Meta(name).Should().BeNull();

    [Theory(DisplayName = "Hugging Face's order: the biases of queries and keys are permuted head by head, as their weights, and no others:")]
    [InlineData("wq", new[] { 0f, 2, 1, 3, 4, 6, 5, 7 })]
    [InlineData("wk", new[] { 0f, 2, 4, 6, 1, 3, 5, 7 })]
    [InlineData("wv", new[] { 0f, 1, 2, 3, 4, 5, 6, 7 })]
    [InlineData("wo", new[] { 0f, 1, 2, 3, 4, 5, 6, 7 })]
    public void Order_of_biases(string matrix, float[] expected)
    {
        var name = $"layers.0.attention.{matrix}.bias";
        var permuted = HuggingFaceNames.Permuted(name, torch.arange(8, dtype: float32), Model);
        permuted.ToSingles().Should().Equal(expected);
        HuggingFaceNames.Unpermuted(name, permuted, Model).ToSingles().Should().Equal(0, 1, 2, 3, 4, 5, 6, 7);
    }
}
