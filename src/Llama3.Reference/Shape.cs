using Llama3.Reference.Checkpoints;

namespace Llama3.Reference;

/// <summary>The size of each dimension by name, such as "T head_dim/2 2"; empty for a single number.</summary>
/// <param name="names">
/// Separated by spaces: T (the number of tokens), a field of params.json, head_dim, ffn_dim, or a number; "/2" halves, "*" multiplies.
/// </param>
public sealed class Shape(string names)
{
    /// <summary>The size of each dimension by name.</summary>
    public IReadOnlyList<string> Names { get; } = names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>This shape with one more axis in front.</summary>
    public Shape With(string axis) => new($"{axis} {names}".TrimEnd());

    /// <summary>The sizes for a model and a number of tokens.</summary>
    public long[] Sizes(ModelParams model, long tokens) => [.. Names.Select(name => Size(name, model, tokens))];

    /// <summary>"[T, head_dim/2, 2]"</summary>
    public override string ToString() => $"[{string.Join(", ", Names)}]";

    private static long Size(string name, ModelParams model, long tokens) => name switch
    {
        _ when name.Contains('*') => name.Split('*').Aggregate(1L, (product, factor) => product * Size(factor, model, tokens)),
        "T" => tokens,
        "dim" => model.dim,
        "n_heads" => model.n_heads,
        "n_kv_heads" => model.n_kv_heads,
        "head_dim" => model.head_dim,
        "head_dim/2" => model.head_dim / 2,
        "ffn_dim" => model.ffn_dim,
        "vocab_size" => model.vocab_size,
        _ => long.Parse(name, System.Globalization.CultureInfo.InvariantCulture),
    };
}
