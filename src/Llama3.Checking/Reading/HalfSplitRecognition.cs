using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Tells which results of a port are in half-split order. The port's own rotation shows it, layer by layer: it keeps the length of the pairs
/// (i, i + head_dim/2), and what it rotates is not in Meta's order. Where only one side of the rotation was dumped, the reference on
/// the rest decides. In doubt a layer is not in half-split order, so that a fault shows.
/// </summary>
/// <param name="tensors">What was dumped, in the order in which it was dumped.</param>
/// <param name="walks">The reference on that.</param>
internal sealed class HalfSplitRecognition(DumpedTensors tensors, DumpWalks walks)
{
    /// <summary>Two orders differ by more than this, and two roundings of one order by less.</summary>
    private const double Different = 0.05;

    /// <summary>Roundings of a rotation by an angle of 0.</summary>
    private const double Unrotated = 1e-6;

    private static readonly ArticleStep[] Later =
    [
        FinerPoints.qk_per_token_before_scaling, qk_per_token, qk_per_token_after_masking, qk_per_token_after_masking_after_softmax,
        qkv_attention, stacked_qkv_attention, embedding_delta,
    ];

    private static readonly (ArticleStep Weights, ArticleStep Before, ArticleStep After)[] Sides =
        [(q_layer0, q_per_token, q_per_token_rotated), (k_layer0, k_per_token, k_per_token_rotated)];

    /// <summary>The results in half-split order.</summary>
    public HalfSplit Recognise()
    {
        var found = tensors.Results.All.Where(result => HalfSplit.Steps.Contains(result.Step)).GroupBy(result => result.Scope.layer)
            .Where(layer => IsHalfSplit(layer.OrderByDescending(result => HalfSplit.IsRotated(result.Step)).First().Scope))
            .SelectMany(layer => layer.Where(result => HalfSplit.IsRotated(result.Step) || IsNearerSideBySide(result)))
            .ToList();
        if (found.Count == 0) { return HalfSplit.None; }
        var names = found.Select(result => result.Step.id).Distinct();
        return new HalfSplit(
            found.Select(result => (result.Step, result.Scope.layer)).ToHashSet(),
            [$"half-split order (Hugging Face), rearranged for comparison: {string.Join(", ", names)}"]);
    }

    /// <summary>Queries and keys must be in one order, or their scores are wrong: where they are not, nothing is rearranged.</summary>
    private bool IsHalfSplit(Scope scope)
    {
        var told = Sides.Select(side => IsHalfSplit(side.Weights, side.Before, side.After, scope)).OfType<bool>().ToList();
        return told.Count > 0 && told.TrueForAll(is_half => is_half);
    }

    /// <summary>Whether the queries or the keys are; null if they were not dumped, or only before the rotation and nothing after it.</summary>
    private bool? IsHalfSplit(ArticleStep weights, ArticleStep before, ArticleStep after, Scope scope)
    {
        var (raw, rotated) = (tensors.AsDumped(before, scope), tensors.AsDumped(after, scope));
        if (raw is not null && rotated is not null && !IsUnrotated(raw, rotated)) { return RotatesHalves(raw, rotated) && !IsRight(before, scope, raw); }
        ArticleStep[] sides = after == k_per_token_rotated ? [before, after, CacheSteps.k_cache, weights] : [before, after, weights];
        if (Array.Find(sides, step => tensors.Results.Has(step, scope)) is not { } step) { return null; }
        var only = tensors.AsDumped(step, scope)!;
        if (IsRight(step, scope, only) || !IsRight(step, scope, HalfSplit.SideBySide(only, step))) { return false; }
        return step == after || step.is_cache || rotated is not null ? true : GoesOnInHalves(scope);
    }

    /// <summary>Position 0 alone is not rotated, which shows no order.</summary>
    private static bool IsUnrotated(Tensor raw, Tensor rotated) =>
        raw.shape.SequenceEqual(rotated.shape) && Comparison.DistanceBetween(rotated, raw) < Unrotated;

    /// <summary>Whether the port's rotation keeps the lengths of the pairs (i, i + head_dim/2), and not those of neighbours.</summary>
    private static bool RotatesHalves(Tensor raw, Tensor rotated)
    {
        if (!raw.shape.SequenceEqual(rotated.shape)) { return false; }
        var halves = Comparison.DistanceBetween(Lengths(HalfSplit.SideBySide(rotated)), Lengths(HalfSplit.SideBySide(raw)));
        return halves < Different && halves < Comparison.DistanceBetween(Lengths(rotated), Lengths(raw)) / 2;
    }

    private static Tensor Lengths(Tensor x) => x.reshape([.. x.shape[..^1], -1, 2]).pow(2).sum(-1).sqrt();

    /// <summary>A port in this order may have its weights in it or not, and cut its views from the halves or from what is side by side.</summary>
    private bool IsNearerSideBySide(DumpedResult result)
    {
        var (dumped, step) = (tensors.AsDumped(result.Step, result.Scope)!, result.Step);
        return DistanceToRight(step, result.Scope, HalfSplit.SideBySide(dumped, step)) < DistanceToRight(step, result.Scope, dumped);
    }

    private bool IsRight(ArticleStep step, Scope scope, Tensor tensor) => DistanceToRight(step, scope, tensor) < Different;

    /// <summary>How far a tensor is from what the reference computes without the port's queries and keys; infinite for another shape.</summary>
    private double DistanceToRight(ArticleStep step, Scope scope, Tensor tensor) => Distance(step, scope, tensor, except: HalfSplit.Steps);

    private double Distance(ArticleStep step, Scope scope, Tensor tensor, IReadOnlySet<ArticleStep>? except)
    {
        using var walk = walks.Walk(ScalarType.Float32, except);
        var (result, right) = (tensors.Results.Find(step, scope), walk.Run(step, scope).Result.tensor);
        if (result is { IsLastRow: true }) { (tensor, right) = (result.SeenIn(right, tensor), result.Seen(right)); }
        return right.shape.SequenceEqual(tensor.shape) ? Comparison.DistanceBetween(tensor, right) : double.PositiveInfinity;
    }

    /// <summary>
    /// Scores do not depend on the order, as long as queries and keys are in the same; nor does anything after them. Where that is wrong, it is so
    /// because the port rotates neighbours in spite of the order, if it is what follows from that; if not, it is wrong for another reason. Null where
    /// nothing after them was dumped.
    /// </summary>
    private bool? GoesOnInHalves(Scope scope)
    {
        if (Array.Find(Later, step => tensors.Results.Has(step, scope)) is not { } first) { return null; }
        var dumped = tensors.AsDumped(first, scope)!;
        return IsRight(first, scope, dumped) || !(Distance(first, scope, dumped, except: null) < Different);
    }
}
