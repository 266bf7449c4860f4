using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Hugging Face's order of queries and keys: a head's pairs lie in its two halves instead of side by side, and wq and wk are
/// permuted to match. Such a port is right. It is recognised by its own rotation, which keeps the length of the pairs (i, i + head_dim/2):
/// if that is so and the queries before it are not in Meta's order, both are rearranged; otherwise nothing is, and the fault shows.
/// </summary>
internal sealed class HalfSplit
{
    /// <summary>Another order differs by more than anything that is rounded.</summary>
    private const double Different = 0.05;

    private static readonly ArticleStep[] Later =
    [
        FinerPoints.qk_per_token_before_scaling, qk_per_token, qk_per_token_after_masking, qk_per_token_after_masking_after_softmax,
        qkv_attention, stacked_qkv_attention, embedding_delta,
    ];

    private static readonly (ArticleStep Before, ArticleStep After)[] Pairs =
        [(q_per_token, q_per_token_rotated), (k_per_token, k_per_token_rotated)];

    private readonly HashSet<int> _layers;

    public HalfSplit(DumpedRun dump)
    {
        var rotated = dump.Tensors.Where(tensor => IsRotated(tensor.Step)).ToList();
        _layers = [.. rotated.GroupBy(tensor => tensor.Scope.layer).Where(layer => Is(dump, layer.First().Scope)).Select(layer => layer.Key)];
        var names = rotated.Where(tensor => _layers.Contains(tensor.Scope.layer)).Select(tensor => tensor.Step.id).Distinct();
        Notes = _layers.Count == 0 ? [] : [$"half-split order (Hugging Face), rearranged for comparison: {string.Join(", ", names)}"];
    }

    /// <summary>What was recognised.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The tensor with its pairs side by side.</summary>
    public Tensor Undo(Tensor tensor, ArticleStep step, int layer) =>
        (IsRotated(step) || step == CacheSteps.k_cache) && _layers.Contains(layer) ? SideBySide(tensor) : tensor;

    private static bool IsRotated(ArticleStep step) => Pairs.Any(pair => pair.Before == step || pair.After == step);

    /// <summary>Queries and keys must be in one order, or their scores are wrong: where they are not, nothing is rearranged.</summary>
    private static bool Is(DumpedRun dump, Scope scope)
    {
        var dumped = Pairs.Where(pair => dump.Has(pair.Before, scope) || dump.Has(pair.After, scope));
        return dumped.All(pair => Is(dump, pair.Before, pair.After, scope));
    }

    private static bool Is(DumpedRun dump, ArticleStep before, ArticleStep after, Scope scope)
    {
        var (raw, rotated) = (dump.FindRaw(before, scope), dump.FindRaw(after, scope));
        if (raw is not null && rotated is not null) { return RotatesHalves(raw, rotated) && !IsRight(dump, before, scope, raw); }
        var (only, step) = raw is null ? (rotated!, after) : (raw, before);
        if (IsRight(dump, step, scope, only)) { return false; }
        return IsRight(dump, step, scope, SideBySide(only)) && (raw is null || IsRightLater(dump, scope));
    }

    /// <summary>Whether the port's rotation keeps the lengths of the pairs (i, i + head_dim/2), and not those of neighbours.</summary>
    private static bool RotatesHalves(Tensor raw, Tensor rotated)
    {
        var halves = Comparison.DistanceBetween(Lengths(SideBySide(rotated)), Lengths(SideBySide(raw)));
        return halves < Different && halves < Comparison.DistanceBetween(Lengths(rotated), Lengths(raw)) / 2;
    }

    private static Tensor Lengths(Tensor x) => x.reshape([.. x.shape[..^1], -1, 2]).pow(2).sum(-1).sqrt();

    private static Tensor SideBySide(Tensor halves) =>
        halves.reshape([.. halves.shape[..^1], 2, halves.shape[^1] / 2]).transpose(-1, -2).reshape(halves.shape);

    private static bool IsRight(DumpedRun dump, ArticleStep step, Scope scope, Tensor tensor)
    {
        var right = Right(dump, step, scope);
        return right.shape.SequenceEqual(tensor.shape) && Comparison.DistanceBetween(tensor, right) < Different;
    }

    /// <summary>Scores do not depend on the order, as long as queries and keys are in the same; nor does anything after them.</summary>
    private static bool IsRightLater(DumpedRun dump, Scope scope)
    {
        var first = Array.Find(Later, step => dump.Has(step, scope));
        return first is not null && IsRight(dump, first, scope, dump.FindRaw(first, scope)!);
    }

    /// <summary>What the reference computes from the port's tensors without its queries and keys.</summary>
    private static Tensor Right(DumpedRun dump, ArticleStep step, Scope scope)
    {
        using var walk = dump.Walk(
            ScalarType.Float32, except: [q_per_token, q_per_token_rotated, k_per_token, k_per_token_rotated, CacheSteps.k_cache]);
        return walk.Run(step, scope).Result.tensor;
    }
}
