using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;

namespace Llama3.Checking.Tests.Names;

/// <summary>For a name that is not known, the one that was meant.</summary>
public sealed class MisspellingTests
{
    [Theory(DisplayName = "the nearest name of a step or of another implementation, if any is near:")]
    [InlineData("embeding_delta", "embedding_delta")]
    [InlineData("layers.0.embeding_delta", "embedding_delta")]
    [InlineData("layers.0.q_per_tokens", "q_per_token")]
    [InlineData("q_pre_token", "q_per_token")]
    [InlineData("Q_per_token", "q_per_token")]
    [InlineData("layers.2.k_per_token_roteted", "k_per_token_rotated")]
    [InlineData("layers.1.attention.wqq", "layers.1.attention.wq")]
    [InlineData("model.layers.2.self_attn.qproj", "model.layers.2.self_attn.q_proj")]
    [InlineData("model.layers.0.mlp.gate_up_porj", "model.layers.0.mlp.gate_up_proj")]
    [InlineData("blocks.1.attn.hook_patern", "blocks.1.attn.hook_pattern")]
    [InlineData("ffn_ot-1", "ffn_out-1")]
    [InlineData("/layers.0/attention/wq/Matmul_output_0", "/layers.0/attention/wq/MatMul_output_0")]
    [InlineData("norms", "norm")]
    [InlineData("my_debug_tensor", null)]
    [InlineData("wq", null)]
    [InlineData("x", null)]
    [InlineData("model.layers.0.self_attn.rotary_emb.inv_freq", null)]
    public void Nearest(string name, string? meant) => Misspelling.Of(name).Should().Be(meant);

    [Theory(DisplayName = "slips are counted as people make them:")]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("abcd", "abd", 1)]
    [InlineData("abcd", "abxde", 2)]
    [InlineData("abcd", "axcd", 1)]
    [InlineData("abcd", "acbd", 1)]
    [InlineData("abcd", "badc", 2)]
    [InlineData("kitten", "sitting", 3)]
    public void Distances(string one, string other, int slips)
    {
        Spelling.Distance(one, other).Should().Be(slips);
        Spelling.Distance(other, one).Should().Be(slips);
    }
}
