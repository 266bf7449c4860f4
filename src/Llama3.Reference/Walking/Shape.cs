using Llama3.Formats.Checkpoints;

namespace Llama3.Reference.Walking;

/// <summary>The size of each dimension by name, such as [T, head_dim/2, 2]; empty for a single number.</summary>
public sealed class Shape
{
    private const string AllTokens = "N+M";

    /// <summary>A shape by its names, such as "T head_dim/2 2".</summary>
    /// <param name="names">
    /// Separated by spaces: T (the number of tokens), M (of new ones) and N+M (of all) where there is a cache, a field of params.json,
    /// head_dim, ffn_dim, or a number; "/2" halves, "*" multiplies.
    /// </param>
    internal Shape(string names) => Names = names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The size of each dimension by name.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>This shape with one more axis in front.</summary>
    internal Shape With(string axis) => new(string.Join(' ', Names.Prepend(axis)));

    /// <summary>The sizes for a model and a number of tokens.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">T, or M where there is a cache.</param>
    /// <param name="keys">N+M, the rows of the cache; T if left out.</param>
    public long[] Sizes(ModelParams model, long tokens, long? keys = null) =>
        [.. Names.Select((name, axis) => IsOfKeys(name, axis) ? keys ?? tokens : Size(name, model, tokens))];

    /// <summary>Whether the first axis is that of the tokens.</summary>
    public bool IsPerToken => Names is ["T" or "M" or AllTokens, ..];

    /// <summary>Whether there is an axis of all tokens that are attended to.</summary>
    public bool HasKeys => Names.Index().Any(name => IsOfKeys(name.Item, name.Index));

    /// <summary>"[T, head_dim/2, 2]"</summary>
    public override string ToString() => $"[{string.Join(", ", Names)}]";

    /// <summary>Of two axes of tokens, the second is that of the keys.</summary>
    private bool IsOfKeys(string name, int axis) => name == AllTokens || (name == "T" && Names.Take(axis).Contains("T"));

    private static long Size(string name, ModelParams model, long tokens) => name switch
    {
        _ when name.Contains('*') => name.Split('*').Aggregate(1L, (product, factor) => product * Size(factor, model, tokens)),
        "T" or "M" => tokens,
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
