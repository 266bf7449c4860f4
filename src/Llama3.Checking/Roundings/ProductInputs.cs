namespace Llama3.Checking.Roundings;

/// <summary>What the two inputs of a matrix product are rounded to before they are multiplied; null where they are not.</summary>
/// <param name="Left">The embeddings of a product with weights; the queries; the attention that mixes values.</param>
/// <param name="Right">The keys; the values. Weights are 16-bit numbers in the file: rounding them changes nothing to speak of.</param>
/// <param name="OnlyKept">Whether of the keys, or the values, only those are rounded that a pass finds in the cache.</param>
internal sealed record ProductInputs(NarrowType? Left = null, NarrowType? Right = null, bool OnlyKept = false)
{
    private static readonly NarrowType[] TypesOfFiles = [NarrowType.Float16, NarrowType.BFloat16];

    /// <summary>Nothing is rounded.</summary>
    public static ProductInputs Exact { get; } = new();

    /// <summary>What ports make of the embeddings that meet weights.</summary>
    public static IReadOnlyList<ProductInputs> WithWeights { get; } =
        [Exact, .. TypesOfFiles.Concat([NarrowType.TF32, NarrowType.CutTF32]).Select(type => new ProductInputs(Left: type))];

    /// <summary>
    /// What ports make of queries and keys, or of attention and values: the cache is narrow; the cache is, and so is what meets it; or all
    /// products are computed in TF32.
    /// </summary>
    public static IReadOnlyList<ProductInputs> WithCache { get; } =
    [
        Exact,
        .. TypesOfFiles.SelectMany<NarrowType, ProductInputs>(type =>
            [new(null, type), new(null, type, OnlyKept: true), new(type, type)]),
        .. new[] { NarrowType.TF32, NarrowType.CutTF32 }.Select(type => new ProductInputs(type, type)),
    ];

    /// <summary>Whether the keys, or the values, are rounded when they are kept for later passes, and not only in the product.</summary>
    public bool IsKept => Right is { } type && TypesOfFiles.Contains(type);

    /// <summary>The types that are rounded to.</summary>
    public IEnumerable<NarrowType> Types => new[] { Left, Right }.OfType<NarrowType>();
}
