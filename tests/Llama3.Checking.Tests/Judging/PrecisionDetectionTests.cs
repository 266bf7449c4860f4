using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Tests.Judging;

/// <summary>What a port computes in, by the numbers that it dumped.</summary>
public sealed class PrecisionDetectionTests
{
    [Theory(DisplayName = "precision: the lowest that holds the first products, whatever the file holds:")]
    [InlineData("layers.0.q_per_token as bf16", PortPrecision.bf16)]
    [InlineData("layers.0.q_per_token as fp16", PortPrecision.fp16)]
    [InlineData("layers.0.q_per_token as fp32", PortPrecision.fp32)]
    [InlineData("layers.0.q_per_token as bf16, layers.0.k_per_token as fp16", PortPrecision.fp16)] // float16 holds both
    [InlineData("layers.0.q_per_token as bf16, layers.0.k_per_token as bf16, layers.0.v_per_token as fp32", PortPrecision.fp32)]
    public void Products(string dumped, PortPrecision precision) => Of(dumped).Should().Be(precision);

    [Fact(DisplayName = "precision: three results are enough, and norms may be in float32 beside them")]
    public void Enough() =>
        Of("layers.0.token_embeddings as fp32, layers.0.q_per_token as bf16, layers.0.k_per_token as bf16, layers.0.v_per_token as bf16, layers.1.q_per_token as fp32")
            .Should().Be(PortPrecision.bf16);

    [Theory(DisplayName = "precision: without products other results tell, and what the notebook keeps in float32 only if there is nothing else:")]
    [InlineData("layers.0.token_embeddings as bf16, layers.0.q_per_token_rotated as fp32", PortPrecision.bf16)]
    [InlineData("layers.0.token_embeddings as fp32, layers.0.q_per_token_rotated as bf16", PortPrecision.fp32)]
    [InlineData("layers.0.q_per_token_rotated as bf16", PortPrecision.bf16)]
    [InlineData("layers.0.qk_per_token as bf16", PortPrecision.fp32)]
    [InlineData("token_embeddings_unnormalized as bf16", PortPrecision.fp32)]
    [InlineData("layers.0.q_layer0 as bf16", PortPrecision.fp32)]
    public void Without_products(string dumped, PortPrecision precision) => Of(dumped).Should().Be(precision);

    [Fact(DisplayName = "precision: zeros, NaN and infinities are in every precision, and tell nothing")]
    public void Nothing_tells()
    {
        Of(Filled("layers.0.q_per_token", 0)).Should().Be(PortPrecision.fp32);
        Of(Filled("layers.0.q_per_token", float.NaN)).Should().Be(PortPrecision.fp32);
        Of(Filled("layers.0.q_per_token", float.NegativeInfinity)).Should().Be(PortPrecision.fp32);
        Of([.. Filled("layers.0.q_per_token", 0), .. Tensors("layers.0.k_per_token as bf16")]).Should().Be(PortPrecision.bf16);
    }

    private static PortPrecision Of(string dumped) => Of(Tensors(dumped));

    private static PortPrecision Of(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        PrecisionDetection.Detect(DumpedRun.Of(MemoryDump.Of(tensors.ToDictionary()), MicroModel.Micro.Article));

    private static IEnumerable<KeyValuePair<string, Tensor>> Filled(string key, float value) =>
        [KeyValuePair.Create(key, torch.full([.. Golden.For(key).Shape], value))];

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(string dumped) =>
        from one in dumped.Split(", ")
        let parts = one.Split(" as ")
        let exact = Golden.For(parts[0]).Tensor
        select KeyValuePair.Create(parts[0], parts[1] switch
        {
            "bf16" => exact.to_type(bfloat16).to_type(float32),
            "fp16" => torch.tensor(Array.ConvertAll(exact.ToSingles(), number => (float)(Half)number), exact.shape),
            _ => exact,
        });
}
