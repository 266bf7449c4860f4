using System.Globalization;
using System.Text.Json;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Facts;

/// <summary>
/// When a printed fact holds: one rule for each kind of fact. Every rule returns null if it holds, and otherwise what was found
/// and what was expected, as one line.
/// </summary>
internal static class FactRules
{
    private const int FewEnough = 8;

    /// <summary>The printed config, read as params.json is.</summary>
    public static ModelParams ConfigOf(ArticleFact fact)
    {
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(fact.Value));
        return ModelParams.Read(json, "the printed config");
    }

    /// <summary>The model has the sizes and constants of the printed config.</summary>
    public static string? Config(ArticleFact fact, ModelParams found)
    {
        var printed = ConfigOf(fact);
        // config.json has the width of the feed-forward itself, not the numbers that it is computed from.
        var given = found with { multiple_of = printed.multiple_of, ffn_dim_multiplier = printed.ffn_dim_multiplier, intermediate_size = null };
        return given == printed && found.ffn_dim == printed.ffn_dim ? null : $"found {InWords(found)}, expected {InWords(printed)}";
    }

    /// <summary>A text is the printed one.</summary>
    public static string? Text(ArticleFact fact, string found) => Equal([found], [fact.As<string>()]);

    /// <summary>A printed text has the ids that the whole vocabulary gives it, and the ids give the text.</summary>
    public static string? Tokenized(ArticleFact fact, ITokenizer tokenizer, IReadOnlyList<int> ids) =>
        Equal([.. tokenizer.encode(fact.As<string>())], [.. ids]) ?? Text(fact, tokenizer.decode(ids));

    /// <summary>Texts are those printed.</summary>
    public static string? Texts(ArticleFact fact, IEnumerable<string> found) => Equal([.. found], fact.As<string[]>());

    /// <summary>A whole number is the printed one.</summary>
    public static string? Number(ArticleFact fact, long found) => Equal([found], [fact.As<long>()]);

    /// <summary>Whole numbers, such as sizes and ids, are those printed.</summary>
    public static string? Numbers(ArticleFact fact, IEnumerable<long> found) => Equal([.. found], fact.As<long[]>());

    /// <summary>Numbers are those printed, as exactly as they were printed; rows follow one another.</summary>
    public static string? Rounded(ArticleFact fact, float[] found)
    {
        double[] printed = fact.Value[0].ValueKind == JsonValueKind.Array ? [.. fact.As<double[][]>().SelectMany(row => row)] : fact.As<double[]>();
        return Within(found, printed, (number, at) => number.Equals((float)at) || Math.Abs(number - at) <= (fact.Precision?.RoomAt(at) ?? 0));
    }

    /// <summary>Scores are within the bounds that a heatmap gives.</summary>
    public static string? Bounded(ArticleFact fact, float[] found)
    {
        var (lo, hi) = (Heatmaps.Rows(fact.Value, "lo"), Heatmaps.Rows(fact.Value, "hi"));
        (float Lo, float Hi)[] bounds = [.. lo.SelectMany(row => row).Zip(hi.SelectMany(row => row))];
        return Within(found, bounds, (score, bound) => score >= bound.Lo && score <= bound.Hi);
    }

    /// <summary>Attention is the one that a heatmap shows.</summary>
    public static string? Shown(ArticleFact fact, float[] found) => Within(
        found,
        [.. Heatmaps.Rows(fact.Value, "value").SelectMany(row => row)],
        (actual, shown) => Math.Abs(actual - shown) <= Heatmaps.AttentionPrecision);

    private static string? Equal<T>(T[] found, T[] printed)
    {
        if (found.SequenceEqual(printed)) { return null; }
        return found.Length <= FewEnough && printed.Length <= FewEnough
            ? $"found {InWords(found)}, expected {InWords(printed)}"
            : Within(found, printed, (one, other) => EqualityComparer<T>.Default.Equals(one, other));
    }

    private static string? Within<T, TBound>(T[] found, TBound[] printed, Func<T, TBound, bool> holds)
    {
        if (found.Length != printed.Length) { return $"found {found.Length} of them, expected {printed.Length}"; }
        int[] wrong = [.. Enumerable.Range(0, found.Length).Where(i => !holds(found[i], printed[i]))];
        return wrong is not [var first, ..] ? null
            : $"found {InWords(found[first])} at {first}, expected {InWords(printed[first])}; {wrong.Length} of {found.Length} differ";
    }

    private static string InWords<T>(T[] values) => values is [var only] ? InWords(only) : $"[{string.Join(", ", values.Select(InWords))}]";

    private static string InWords<T>(T value) => value switch
    {
        string text => JsonSerializer.Serialize(Printable.Text(text)),
        ValueTuple<float, float> bounds => string.Create(CultureInfo.InvariantCulture, $"{bounds.Item1:G5} to {bounds.Item2:G5}"),
        float number => number.ToString("G6", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private static string InWords(ModelParams model) => string.Create(
        CultureInfo.InvariantCulture,
        $"dim {model.dim}, {model.n_layers} layers, {model.n_heads} heads, {model.n_kv_heads} key/value heads, head_dim {model.head_dim}, "
            + $"ffn_dim {model.ffn_dim}, vocabulary {model.vocab_size}, norm_eps {model.norm_eps}, rope_theta {model.rope_theta}")
        + (model.rope_scaling is null ? "" : ", scaled") + (model.tie_word_embeddings ? ", tied embeddings" : "");
}
