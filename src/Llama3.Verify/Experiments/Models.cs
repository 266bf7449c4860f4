using Llama3.Formats.Checkpoints;

namespace Llama3.Verify.Experiments;

/// <summary>The two models of Llama 3 as their params.json has them: what is only counted needs no weights.</summary>
internal static class Models
{
    public static (string Name, ModelParams Params) Llama3_8B { get; } =
        ("Llama 3 8B", new(4096, 32, 32, 8, 128256, 1024, 1.3, 1e-5, 500_000));

    public static (string Name, ModelParams Params) Llama3_70B { get; } =
        ("Llama 3 70B", new(8192, 80, 64, 8, 128256, 4096, 1.3, 1e-5, 500_000));

    /// <summary>Bytes of all keys and values of a token in bfloat16.</summary>
    public static long CacheBytes(ModelParams model) => 2L * 2 * model.n_layers * model.n_kv_heads * model.head_dim;

    /// <summary>Multiplications of a token by the weights of all layers: one for each weight.</summary>
    public static long LayerWork(ModelParams model) => model.tensor_shapes
        .Where(tensor => tensor.Key.StartsWith("layers.", StringComparison.Ordinal) && tensor.Value.Length == 2)
        .Sum(tensor => tensor.Value[0] * tensor.Value[1]);

    /// <summary>Multiplications of one token's queries by this number of keys, and of their scores by as many values.</summary>
    public static long AttentionWork(ModelParams model, long keys) => 2L * model.n_layers * model.n_heads * model.head_dim * keys;
}
