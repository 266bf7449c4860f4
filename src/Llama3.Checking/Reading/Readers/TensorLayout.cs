using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>How the axes of a dumped tensor are arranged, and how it becomes what the reference has: heads in front, then tokens.</summary>
/// <param name="Sizes">The sizes that the dumped tensor has.</param>
/// <param name="AllHeads">Whether it holds all heads of a layer, or one tensor.</param>
/// <param name="Note">What is unusual; null for the reference's own layout.</param>
/// <param name="Apply">Rearranges it.</param>
/// <param name="Repeated">Whether it holds every key/value head once for each query head.</param>
internal sealed record TensorLayout(long[] Sizes, bool AllHeads, string? Note, Func<Tensor, Tensor> Apply, bool Repeated = false)
{
    /// <summary>The layouts that fit a shape, apart from leading axes of size 1, the likeliest first; none if none does.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shape">The dumped tensor's sizes, without the two parts of complex numbers.</param>
    /// <param name="model">The model.</param>
    /// <param name="one">The sizes of one head's result.</param>
    /// <param name="tokens">T.</param>
    public static IReadOnlyList<TensorLayout> AllThatFit(ArticleStep step, IReadOnlyList<long> shape, ModelParams model, long[] one, long tokens)
    {
        var layouts = Of(step, model, one, tokens).ToList();
        for (var batch = 0; batch == 0 || (batch <= shape.Count && shape[batch - 1] == 1); batch++)
        {
            var rest = shape.Skip(batch).ToArray();
            if (layouts.FindAll(layout => layout.Sizes.SequenceEqual(rest)) is not { Count: > 0 } found) { continue; }
            return batch == 0 || shape.Count == batch ? found : found.ConvertAll(layout => layout with { Note = Joined("a leading batch axis", layout.Note) });
        }
        return [];
    }

    /// <summary>The likeliest of them; null if none fits.</summary>
    public static TensorLayout? Fit(ArticleStep step, IReadOnlyList<long> shape, ModelParams model, long[] one, long tokens) =>
        AllThatFit(step, shape, model, one, tokens) is [var likeliest, ..] ? likeliest : null;

    /// <summary>Which of all layouts it is, from 0: the same number stands for the same arrangement of another number of tokens.</summary>
    public int Number { get; private init; }

    /// <summary>All layouts that are understood, the reference's own first.</summary>
    public static IEnumerable<TensorLayout> Of(ArticleStep step, ModelParams model, long[] one, long tokens)
    {
        var usual = OfHeads(step, model, one, tokens).ToList();
        var all = step.shape.Names is [.., "head_dim/2", "2"] ? usual.Concat(usual.Select(HalvesFirst)) : usual;
        return all.Select((layout, number) => layout with { Number = number });
    }

    /// <summary>Pairs as a port has them that cuts its heads in halves: [2, head_dim/2] in place of [head_dim/2, 2].</summary>
    private static TensorLayout HalvesFirst(TensorLayout layout) => layout with
    {
        Sizes = [.. layout.Sizes[..^2], layout.Sizes[^1], layout.Sizes[^2]],
        Note = Joined("the halves of a head in front of its pairs", layout.Note),
        Apply = t => layout.Apply(t.transpose(-1, -2)),
    };

    private static IEnumerable<TensorLayout> OfHeads(ArticleStep step, ModelParams model, long[] one, long tokens)
    {
        if (step.heads_in(model) is { } heads)
        {
            var repeated = new RepeatedHeads(model).MayBe(step) ? OfAllHeads(step, model.n_heads, one) : [];
            return
            [
                .. OfAllHeads(step, heads, one), new(one, false, null, t => t),
                .. repeated.Select(layout => layout with { Repeated = true, Note = Joined(layout.Note, RepeatedHeads.Note) }),
            ];
        }
        return OfOne(step, one, tokens);
    }

    private static IEnumerable<TensorLayout> OfAllHeads(ArticleStep step, long heads, long[] one)
    {
        yield return new([heads, .. one], true, null, t => t);
        if (!step.shape.IsPerToken)
        {
            yield return Stacked(heads, one, allHeads: true);
            yield break;
        }
        // With a single token both orders are the same: there is nothing unusual to note.
        yield return new([one[0], heads, .. one[1..]], true, one[0] == 1 ? null : "tokens before heads", t => t.transpose(0, 1));
        if (step == CacheSteps.v_cache) { yield return new([heads, one[1], one[0]], true, "tokens last", t => t.transpose(1, 2)); }
        yield return new(
            [one[0], heads * one[1], .. one[2..]], true, "heads side by side", t => t.reshape([one[0], heads, .. one[1..]]).transpose(0, 1));
    }

    private static IEnumerable<TensorLayout> OfOne(ArticleStep step, long[] one, long tokens)
    {
        yield return new(one, false, null, t => t);
        if (step.shape.Names is ["n_heads" or "n_kv_heads", ..]) { yield return Stacked(one[0], one[1..], allHeads: false); }
        if (step == ArticleSteps.logits) { yield return new([tokens, .. one], false, "the last row is judged", t => t[tokens - 1]); }
    }

    private static TensorLayout Stacked(long heads, long[] one, bool allHeads) =>
        new([heads * one[0], .. one[1..]], allHeads, "heads below each other", t => t.reshape([heads, .. one]));

    private static string Joined(string? note, string? further) => string.Join(", ", new[] { note, further }.OfType<string>());
}
