using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>
/// Chooses between layouts that have the same sizes: with as many tokens as heads, [T, n_heads, head_dim] may be [n_heads, T, head_dim]. The numbers
/// tell. They are compared by the length of each head's vector, which the order inside a head does not change; and for all layers together, because a
/// wrong port may be nearer to the other layout by chance.
/// </summary>
/// <param name="entries">All that was dumped.</param>
/// <param name="expected">What a step of a layer should be, with all heads; null where that is not known.</param>
internal sealed class LayoutChoice(IReadOnlyList<DumpEntry> entries, Func<ArticleStep, int, Tensor?> expected)
{
    /// <summary>A layout is right if its numbers are nearer than this, and the other's twice as far.</summary>
    private const double Near = 0.3;

    private readonly Dictionary<ArticleStep, int> _chosen = [];

    /// <summary>The layout of a step's tensors.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layouts">Those that fit, the likeliest first.</param>
    /// <param name="arranged">The numbers of a tensor, if they are in a layout.</param>
    public TensorLayout Of(ArticleStep step, IReadOnlyList<TensorLayout> layouts, Func<DumpEntry, TensorLayout, Tensor> arranged)
    {
        if (layouts.Count == 1 || !layouts[0].AllHeads) { return layouts[0]; }
        if (!_chosen.TryGetValue(step, out var index)) { _chosen[step] = index = Told(step, layouts, arranged); }
        return layouts[index];
    }

    /// <summary>The first layer that tells; the likeliest layout where none does.</summary>
    private int Told(ArticleStep step, IReadOnlyList<TensorLayout> layouts, Func<DumpEntry, TensorLayout, Tensor> arranged)
    {
        foreach (var (entry, layer) in OfLayers(step).Where(one => HasShape(one.Entry, step, layouts[0])))
        {
            if (expected(step, layer) is not { } right) { continue; }
            var nearest = layouts.Select(layout => Distance(arranged(entry, layout), right)).Index().OrderBy(layout => layout.Item).ToList();
            if (nearest[0].Item < Near && nearest[0].Item < nearest[1].Item / 2) { return nearest[0].Index; }
        }
        return 0;
    }

    private IEnumerable<(DumpEntry Entry, int Layer)> OfLayers(ArticleStep step) =>
        from entry in entries
        let name = TensorName.Parse(entry.Name)
        where name is { Layer: not null, Head: null, Position: null } && name.Alias.Step == step
        select (entry, name.Layer!.Value);

    private static bool HasShape(DumpEntry entry, ArticleStep step, TensorLayout layout) =>
        DumpNumbers.ShapeOrNull(entry, step)?.TakeLast(layout.Sizes.Length).SequenceEqual(layout.Sizes) == true;

    private static double Distance(Tensor dumped, Tensor expected) => dumped.shape.SequenceEqual(expected.shape)
        ? Comparison.DistanceBetween(Lengths(dumped), Lengths(expected))
        : double.PositiveInfinity;

    /// <summary>Of each head's vectors; what is masked has no part in them.</summary>
    private static float[] Lengths(Tensor heads)
    {
        var numbers = (heads.dtype == ScalarType.ComplexFloat32 ? torch.view_as_real(heads.contiguous()) : heads).ToSingles();
        return [.. numbers.Chunk(numbers.Length / (int)(heads.shape[0] * heads.shape[1])).Select(Length)];
    }

    private static float Length(float[] vector) => (float)Math.Sqrt(vector.Where(float.IsFinite).Sum(number => (double)number * number));
}
