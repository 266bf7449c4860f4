using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Fitting;

/// <summary>What a number may stand for: a size of the model, its root, or one over these.</summary>
internal static class Sizes
{
    /// <summary>The head_dim of the 8B model, which ports have as a literal.</summary>
    private const int Literal = 128;

    /// <summary>The sizes and their roots: "√dim".</summary>
    public static IEnumerable<(double Value, string Text)> Of(ModelParams config) => Named(config)
        .SelectMany(size => ((double, string)[])[(size.Value, size.Text), (Math.Sqrt(size.Value), $"√{size.Text}")])
        .Where(size => size.Item1 > 1);

    /// <summary>The same, and one over each: "1/√dim".</summary>
    public static IEnumerable<(double Value, string Text)> AndInverses(ModelParams config) =>
        Of(config).Concat(Of(config).Select(size => (1 / size.Value, $"1/{size.Text}")));

    private static (double Value, string Text)[] Named(ModelParams config) =>
    [
        (config.dim, "dim"), (config.head_dim, "head_dim"), (config.n_heads, "n_heads"), (config.n_kv_heads, "n_kv_heads"),
        (config.n_layers, "n_layers"), (config.ffn_dim, "ffn_dim"), (2 * config.n_layers, "(2·n_layers)"), (config.head_dim / 2, "(head_dim/2)"),
        (config.head_dim - 1, "(head_dim - 1)"), (2 * config.head_dim, "(2·head_dim)"), (config.group_size, "(n_heads/n_kv_heads)"),
        (config.n_kv_heads * config.head_dim, "(n_kv_heads·head_dim)"), (Literal, $"{Literal}"), (2, "2"),
    ];
}
