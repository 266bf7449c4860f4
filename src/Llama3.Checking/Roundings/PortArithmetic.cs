using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Roundings;

/// <summary>
/// How a port computes that holds its results in float32 and rounds inputs of its matrix products: because of weights or a cache of fewer bits,
/// or in TF32. None of it is a mistake.
/// </summary>
/// <param name="WithWeights">In products with weights.</param>
/// <param name="Scores">In the product of queries and keys.</param>
/// <param name="Mixing">In the product of attention and values.</param>
internal sealed record PortArithmetic(ProductInputs WithWeights, ProductInputs Scores, ProductInputs Mixing)
{
    private static readonly HashSet<ArticleStep> ProductsWithWeights =
    [
        q_per_token, k_per_token, v_per_token, embedding_delta, feed_forward_gate, feed_forward_up, output_after_feedforward, logits,
    ];

    private static readonly HashSet<ArticleStep> ProductsOfAttention = [qk_per_token_before_scaling, qk_per_token, qkv_attention];

    /// <summary>Nothing is rounded.</summary>
    public static PortArithmetic Exact { get; } = new(ProductInputs.Exact, ProductInputs.Exact, ProductInputs.Exact);

    /// <summary>How runs of many tokens are computed, where another kernel takes them; null where all are computed alike.</summary>
    public PortArithmetic? OfManyTokens { get; init; }

    /// <summary>What is rounded in attention alone; null for nothing.</summary>
    public PortArithmetic? OfAttention =>
        this with { WithWeights = ProductInputs.Exact, OfManyTokens = OfManyTokens?.OfAttention } is var attention && attention == Exact ? null : attention;

    /// <summary>Whether a step multiplies by weights.</summary>
    public static bool MultipliesByWeights(ArticleStep step) => ProductsWithWeights.Contains(step);

    /// <summary>Whether a step multiplies queries by keys, or attention by values.</summary>
    public static bool IsOfAttention(ArticleStep step) => ProductsOfAttention.Contains(step);

    /// <summary>
    /// Whether a step, or one of those before it that were not dumped, is a product, or a cache or the rows of a matrix, which may be quantised.
    /// </summary>
    public static bool IsInPath(ArticleStep step, IEnumerable<Input> between) => between.Select(input => input.Step).Append(step)
        .Any(one => one is not null && (IsProduct(one) || one.is_cache || one == token_embeddings_unnormalized));

    /// <summary>Whether a step multiplies matrices.</summary>
    public static bool IsProduct(ArticleStep step) => MultipliesByWeights(step) || IsOfAttention(step);

    /// <summary>The precision whose roundings are as coarse as the coarsest of these.</summary>
    public PortPrecision Class => All.SelectMany(inputs => inputs.Types).Select(type => type.Class).DefaultIfEmpty(PortPrecision.fp16).MaxBy(Coarseness.Of);

    /// <summary>What a sum in float16 may differ by in rel-L2: of 65 terms some fall to the other side, and llama.cpp was 1.2e-5 away.</summary>
    private const double RemainderOfSums = 1e-4;

    /// <summary>The rel-L2 that may remain in a step; see <see cref="NarrowType.Remainder"/>. No weights take part in attention.</summary>
    public double RemainderOf(ArticleStep step) => IsInsideAttention(step) ? Mixing.HasNarrowSums ? RemainderOfSums : 0 : WithWeights.Types.Select(type => type.Remainder).DefaultIfEmpty().Max();

    /// <summary>Whether a step lies between the scores and the heads side by side.</summary>
    private static bool IsInsideAttention(ArticleStep step) =>
        (step.part_of ?? step).in_article is { number: var number } && number >= qk_per_token.number && number <= stacked_qkv_attention.number && step != v_per_token;

    private IEnumerable<ProductInputs> All => [WithWeights, Scores, Mixing, .. OfManyTokens?.All ?? []];

    /// <summary>A walk that computes so.</summary>
    public Walk Of(Walk walk) => new(walk)
    {
        Rounding = Rounded,
        MatrixRounding = WithWeights.Right is { } type ? type.Of : null,
        pass = walk.pass is { } pass ? Kept(pass) : null,
        Replaced = walk.Replaced.Concat(Caches.Concat(Sums).Where(step => !walk.Replaced.ContainsKey(step.Key))).ToDictionary(),
    };

    /// <summary>What keys or values are rounded to when they are kept: a port may dump them as they are before, or after that.</summary>
    public NarrowType? KeptAs(ArticleStep step) =>
        (step == k_per_token_rotated || step == CacheSteps.k_cache) && Scores.IsKept ? Scores.Right
        : (step == v_per_token || step == CacheSteps.v_cache) && Mixing.IsKept ? Mixing.Right
        : null;

    /// <summary>The caches that a product does not take as they are kept: it takes the keys, or the values, of new tokens before they are rounded.</summary>
    public IReadOnlySet<ArticleStep> OnlyKept =>
        new[] { (Step: CacheSteps.k_cache, Inputs: Scores), (Step: CacheSteps.v_cache, Inputs: Mixing) }.Where(cache => cache.Inputs.OnlyKept).Select(cache => cache.Step).ToHashSet();

    /// <summary>The caches, as they are kept.</summary>
    private IEnumerable<KeyValuePair<ArticleStep, Func<Values, StepResult>>> Caches =>
        from cache in new[] { (Step: CacheSteps.k_cache, Inputs: Scores), (Step: CacheSteps.v_cache, Inputs: Mixing) }
        where cache.Inputs is { IsKept: true, OnlyKept: false }
        select KeyValuePair.Create<ArticleStep, Func<Values, StepResult>>(
            cache.Step, v => cache.Inputs.Right!.Of(cache.Step.run(v).tensor));

    /// <summary>The product of attention and values, where it is summed in float16.</summary>
    private IEnumerable<KeyValuePair<ArticleStep, Func<Values, StepResult>>> Sums => Mixing.HasNarrowSums
        ? [KeyValuePair.Create<ArticleStep, Func<Values, StepResult>>(qkv_attention, v => NarrowSums.Mix(v[qk_per_token_after_masking_after_softmax], v.values))]
        : [];

    private Pass Kept(Pass pass) => pass with { keys = Kept(pass.keys, Scores), values = Kept(pass.values, Mixing) };

    private static Func<int, Tensor?> Kept(Func<int, Tensor?> kept, ProductInputs inputs) =>
        inputs.IsKept ? layer => kept(layer) is { } tensor ? inputs.Right!.Of(tensor) : null : kept;

    private Tensor Rounded(ArticleStep reader, int layer, ArticleStep step, Tensor result) => TypeOf(reader, layer, step) is { } type ? type.Of(result) : result;

    /// <summary>What the first step rounds the result of the second to; null if it does not.</summary>
    private NarrowType? TypeOf(ArticleStep reader, int layer, ArticleStep step) =>
        MultipliesByWeights(reader) ? step.shape.Names.Contains("T") ? WithWeights.LeftOf(reader, layer) : null
        : !IsOfAttention(reader) ? null
        : step == q_per_token_rotated ? Scores.Left
        : step == k_per_token_rotated || step == CacheSteps.k_cache ? InProduct(Scores)
        : step == qk_per_token_after_masking_after_softmax ? Mixing.Left
        : step == v_per_token || step == CacheSteps.v_cache ? InProduct(Mixing)
        : null;

    private static NarrowType? InProduct(ProductInputs inputs) => inputs.OnlyKept ? null : inputs.Right;
}
