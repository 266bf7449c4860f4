using Llama3.Reference.Walking;

namespace Llama3.Checking.Roundings;

/// <summary>What the two inputs of a matrix product are rounded to before they are multiplied; null where they are not.</summary>
/// <param name="Left">The embeddings of a product with weights; the queries; the attention that mixes values.</param>
/// <param name="Right">The weights, where the file has quantised ones: others are 16-bit numbers already. The keys; the values.</param>
/// <param name="OnlyKept">Whether of the keys, or the values, only those are rounded that a pass finds in the cache.</param>
/// <param name="HasNarrowSums">Whether attention and values are summed in float16 (<see cref="NarrowSums"/>).</param>
/// <param name="ByWeights">What the embeddings are rounded to where it depends on the matrix; null where it does not.</param>
internal sealed record ProductInputs(
    NarrowType? Left = null, NarrowType? Right = null, bool OnlyKept = false, bool HasNarrowSums = false, QuantisedWeights? ByWeights = null)
{
    private static readonly NarrowType[] TypesOfFiles = [NarrowNumber.Float16, NarrowNumber.BFloat16];
    private static readonly NarrowType[] TypesOfCaches = [.. TypesOfFiles, NarrowBlocks.Q8_0];

    /// <summary>Nothing is rounded.</summary>
    public static ProductInputs Exact { get; } = new();

    /// <summary>
    /// What ports make of the embeddings that meet weights. 8-bit numbers with scales in float32 belong to quantised weights: with others they are a
    /// mistake that has been made.
    /// </summary>
    /// <param name="quantised">The weights, if they are in blocks.</param>
    public static IReadOnlyList<ProductInputs> WithWeights(QuantisedWeights? quantised) =>
    [
        Exact,
        .. quantised is null ? [] : new[] { new ProductInputs(ByWeights: quantised) },
        .. TypesOfFiles.Concat([NarrowNumber.TF32, NarrowNumber.CutTF32]).Select(type => new ProductInputs(Left: type)),
        .. quantised is null ? [] : TypesOfFiles.SelectMany<NarrowType, ProductInputs>(type => [new(Right: type), new(type, type)]),
        .. NarrowBlocks.WithSingleScales.Where(_ => quantised is not null).Prepend(NarrowBlocks.Q8_K).Prepend(NarrowBlocks.Q8_0)
            .Select(type => new ProductInputs(Left: type)),
    ];

    /// <summary>
    /// What ports make of queries and keys, or of attention and values: the cache is narrow; the cache is, and so is what meets it; or all
    /// products are computed in TF32.
    /// </summary>
    public static IReadOnlyList<ProductInputs> WithCache { get; } =
    [
        Exact,
        .. TypesOfCaches.SelectMany<NarrowType, ProductInputs>(type =>
            [new(null, type), new(null, type, OnlyKept: true), new(type, type)]),
        .. new[] { NarrowNumber.TF32, NarrowNumber.CutTF32 }.Select(type => new ProductInputs(type, type)),
    ];

    /// <summary>The same of attention and values, which may also be summed in float16.</summary>
    public static IReadOnlyList<ProductInputs> WithValues { get; } = [.. WithCache, new(null, NarrowNumber.Float16, HasNarrowSums: true)];

    /// <summary>Whether the keys, or the values, are rounded when they are kept for later passes, and not only in the product.</summary>
    public bool IsKept => Right is { } type && TypesOfCaches.Contains(type);

    /// <summary>The types that are rounded to.</summary>
    public IEnumerable<NarrowType> Types => new[] { Left, Right }.OfType<NarrowType>().Concat(ByWeights?.Types ?? []);

    /// <summary>What the embeddings are rounded to that a product with weights takes.</summary>
    public NarrowType? LeftOf(ArticleStep product, int layer) => ByWeights is null ? Left : ByWeights.InputOf(product, layer);
}
