using Llama3.Checking.Goldens;

namespace Llama3.Assertions.Tests;

/// <summary>A port under construction: plain arrays and tensors, written without the reference.</summary>
internal sealed class Llama
{
    private const double Eps = 1e-5;

    public static Tensor Weight(string name) => MicroModel.Micro.Checkpoint.weight($"{name}.weight").to_type(float32);

    public static Tensor Queries(int layer, Tensor x) => Safe.matmul(x, Weight($"layers.{layer}.attention.wq").T);

    public static float[] RmsNorm(float[] x, float[] weight) => [.. x.Chunk(weight.Length).SelectMany(row =>
    {
        var length = Math.Sqrt(row.Average(value => (double)value * value) + Eps);
        return row.Zip(weight, (value, scale) => (float)(value / length * scale));
    })];

    public static void Forward(long[] tokens, Action<string, Tensor> dump)
    {
        var embeddings = tokens.SelectMany(token => Weight("tok_embeddings")[(int)token].ToSingles()).ToArray();
        var normalized = torch.tensor(RmsNorm(embeddings, Weight("layers.0.attention_norm").ToSingles()), [tokens.Length, 80]);
        dump("token_embeddings_unnormalized", torch.tensor(embeddings, [tokens.Length, 80]));
        dump("layers.0.token_embeddings", normalized);
        dump("layers.0.q_per_token", Queries(0, normalized));
    }
}
