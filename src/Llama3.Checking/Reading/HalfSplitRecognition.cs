using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Tells which layers of a port are in half-split order. The port's own rotation shows it: it keeps the length of the pairs
/// (i, i + head_dim/2), and what it rotates is not in Meta's order. Where only one side of the rotation was dumped, the reference on
/// the rest decides. In doubt a layer is not in half-split order, so that a fault shows.
/// </summary>
/// <param name="tensors">What was dumped, in the order in which it was dumped.</param>
/// <param name="walks">The reference on that.</param>
internal sealed class HalfSplitRecognition(DumpedTensors tensors, DumpWalks walks)
{
    /// <summary>Two orders differ by more than this, and two roundings of one order by less.</summary>
    private const double Different = 0.05;

    private static readonly ArticleStep[] Later =
    [
        FinerPoints.qk_per_token_before_scaling, qk_per_token, qk_per_token_after_masking, qk_per_token_after_masking_after_softmax,
        qkv_attention, stacked_qkv_attention, embedding_delta,
    ];

    private static readonly (ArticleStep Before, ArticleStep After)[] Pairs =
        [(q_per_token, q_per_token_rotated), (k_per_token, k_per_token_rotated)];

    /// <summary>The layers in half-split order.</summary>
    public HalfSplit Recognise()
    {
        var rotated = tensors.Results.All.Where(result => HalfSplit.IsRotated(result.Step)).ToList();
        var layers = rotated.GroupBy(result => result.Scope.layer)
            .Where(layer => IsHalfSplit(layer.First().Scope))
            .Select(layer => layer.Key).ToHashSet();
        if (layers.Count == 0) { return HalfSplit.None; }
        var names = rotated.Where(result => layers.Contains(result.Scope.layer)).Select(result => result.Step.id).Distinct();
        return new HalfSplit(layers, [$"half-split order (Hugging Face), rearranged for comparison: {string.Join(", ", names)}"]);
    }

    /// <summary>Queries and keys must be in one order, or their scores are wrong: where they are not, nothing is rearranged.</summary>
    private bool IsHalfSplit(Scope scope)
    {
        var dumped = Pairs.Where(pair => tensors.Results.Has(pair.Before, scope) || tensors.Results.Has(pair.After, scope));
        return dumped.All(pair => IsHalfSplit(pair.Before, pair.After, scope));
    }

    private bool IsHalfSplit(ArticleStep before, ArticleStep after, Scope scope)
    {
        var (raw, rotated) = (tensors.AsDumped(before, scope), tensors.AsDumped(after, scope));
        if (raw is not null && rotated is not null) { return RotatesHalves(raw, rotated) && !IsRight(before, scope, raw); }
        var (only, step) = raw is null ? (rotated!, after) : (raw, before);
        if (IsRight(step, scope, only)) { return false; }
        return IsRight(step, scope, HalfSplit.SideBySide(only)) && (raw is null || IsRightLater(scope));
    }

    /// <summary>Whether the port's rotation keeps the lengths of the pairs (i, i + head_dim/2), and not those of neighbours.</summary>
    private static bool RotatesHalves(Tensor raw, Tensor rotated)
    {
        var halves = Comparison.DistanceBetween(Lengths(HalfSplit.SideBySide(rotated)), Lengths(HalfSplit.SideBySide(raw)));
        return halves < Different && halves < Comparison.DistanceBetween(Lengths(rotated), Lengths(raw)) / 2;
    }

    private static Tensor Lengths(Tensor x) => x.reshape([.. x.shape[..^1], -1, 2]).pow(2).sum(-1).sqrt();

    private bool IsRight(ArticleStep step, Scope scope, Tensor tensor)
    {
        var right = Right(step, scope);
        return right.shape.SequenceEqual(tensor.shape) && Comparison.DistanceBetween(tensor, right) < Different;
    }

    /// <summary>Scores do not depend on the order, as long as queries and keys are in the same; nor does anything after them.</summary>
    private bool IsRightLater(Scope scope)
    {
        var first = Array.Find(Later, step => tensors.Results.Has(step, scope));
        return first is not null && IsRight(first, scope, tensors.AsDumped(first, scope)!);
    }

    /// <summary>What the reference computes from the port's tensors without its queries and keys.</summary>
    private Tensor Right(ArticleStep step, Scope scope)
    {
        using var walk = walks.Walk(
            ScalarType.Float32, except: new HashSet<ArticleStep> { q_per_token, q_per_token_rotated, k_per_token, k_per_token_rotated, CacheSteps.k_cache });
        return walk.Run(step, scope).Result.tensor;
    }
}
