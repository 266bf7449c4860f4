using Llama3.Checking.Judging;

namespace Llama3.Assertions.Tests;

public sealed class LlamaTests
{
    [Fact]
    public void Tensors()
    {
        Tensor q = Llama.Queries(layer: 1, Golden.For("layers.1.token_embeddings").Tensor);
        q.Should().BeCloseTo(Golden.For("layers.1.q_per_token"));
    }

    [Fact]
    public void Plain_arrays()
    {
        float[] x = Golden.For("embedding_after_edit").Tensor.ToSingles();
        float[] normalized = Llama.RmsNorm(x, Llama.Weight("layers.0.ffn_norm").ToSingles());
        normalized.Should().BeCloseTo(Golden.For("embedding_after_edit_normalized"));
    }

    [Fact]
    public void Everything_so_far()
    {
        var seen = new Dictionary<string, Tensor>();
        Llama.Forward(Golden.For("tokens").Tensor.ToInt64s(), dump: seen.Add);
        PortReport.Of(seen).Should().AgreeWhereDumped(); // and Agree() when the port is whole
    }
}
