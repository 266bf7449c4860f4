using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>Reads one tensor of a dump in whatever layout it has. Which tensors belong together, the readers know.</summary>
/// <param name="context">The dump and the run.</param>
internal sealed class EntryReader(ReadingContext context)
{
    private readonly RepeatedHeads _repeated = new(context.Model);
    private readonly Surplus _surplus = new(context);
    private readonly LayoutChoice _choice = new(context.Dump.Entries, context.Expected);

    /// <summary>A result that is one tensor.</summary>
    /// <exception cref="UnreadableException">The shape fits no layout, or the dtype does not fit.</exception>
    public ArrangedResult Read(ArticleStep step, DumpEntry entry) => Read(step, entry, Sizes(step, entry));

    /// <summary>A result, or a part of one.</summary>
    /// <param name="step">The step.</param>
    /// <param name="entry">The tensor.</param>
    /// <param name="one">The sizes of what it holds of one head.</param>
    /// <exception cref="UnreadableException">The shape fits no layout, or the dtype does not fit.</exception>
    public ArrangedResult Read(ArticleStep step, DumpEntry entry, long[] one) =>
        Arranged(step, entry, one)
        ?? _surplus.Cut(step, entry, one, sizes => Arranged(step, entry, sizes))
        ?? throw Misshapen(step, entry, one);

    /// <summary>The layout that a tensor has; null if its shape fits none.</summary>
    /// <exception cref="UnreadableException">The dtype is not one that the step can have.</exception>
    public TensorLayout? Fit(ArticleStep step, DumpEntry entry, long[] one)
    {
        var shape = DumpNumbers.ShapeOf(entry, step);
        return Fit(shape) ?? (one is [1, ..] ? Fit([1, .. shape]) : null);

        TensorLayout? Fit(IReadOnlyList<long> sizes) =>
            TensorLayout.AllThatFit(step, sizes, context.Model, one, context.Tokens) is { Count: > 0 } all
                ? _choice.Of(step, all, (other, layout) => layout.Apply(Numbers(step, other).reshape(layout.Sizes)))
                : null;
    }

    /// <summary>Keys or values of each key/value head, of those that are repeated for each query head.</summary>
    /// <param name="all">[n_heads, …]</param>
    /// <param name="entry">The tensor that messages name.</param>
    public ArrangedResult Once(ArrangedResult all, DumpEntry entry) => all with
    {
        Read = () => _repeated.Once(all.Read(), problem => new UnreadableException(entry.Written, problem)),
        NumbersTell = true,
    };

    private ArrangedResult? Arranged(ArticleStep step, DumpEntry entry, long[] one)
    {
        if (Fit(step, entry, one) is not { } layout) { return null; }
        var arranged = new ArrangedResult(layout.AllHeads, layout.Note, () => layout.Apply(Numbers(step, entry).reshape(layout.Sizes)))
        {
            NumbersTell = step.dtype == ScalarType.Int64,
        };
        return layout.Repeated ? Once(arranged, entry) : arranged;
    }

    /// <summary>A cache may hold fewer or more rows than it should: that is a fault, not another layout.</summary>
    private long[] Sizes(ArticleStep step, DumpEntry entry) => context.Keys.Concat(FewerKeys(step, entry)).Select(count => Sizes(step, count))
        .FirstOrDefault(sizes => Fit(step, entry, sizes) is not null) ?? Sizes(step, context.Keys[0]);

    /// <summary>A port that does not advance its cache attends to fewer keys than there are, in later passes to far fewer.</summary>
    private IEnumerable<long> FewerKeys(ArticleStep step, DumpEntry entry) =>
        context.HasCache && step.shape.HasKeys ? entry.Shape.Where(size => size > 0 && size < context.Keys[0]) : [];

    private long[] Sizes(ArticleStep step, long keys) => step.shape.Sizes(context.Model, context.Tokens, keys);

    private Tensor Numbers(ArticleStep step, DumpEntry entry) => step == ArticleSteps.tokens
        ? TokenIds.Read(context.Dump, entry, context.Model)
        : DumpNumbers.Read(context.Dump, entry, step, context.Remarks);

    private UnreadableException Misshapen(ArticleStep step, DumpEntry entry, long[] one)
    {
        var name = TensorName.Parse(entry.Name)!;
        var ofLayer = name is { Head: null, Layer: not null } && step.heads_in(context.Model) is not null;
        var layouts = TensorLayout.Of(step, context.Model, one, context.Tokens)
            .Where(layout => !layout.Repeated && (!ofLayer || layout.AllHeads) && (name.Head is null || !layout.AllHeads))
            .Select(layout => Printable.Shape(layout.Sizes));
        var shape = ofLayer ? step.shape_in(Scope.Layer(name.Layer!.Value)) : step.shape;
        return new UnreadableException(entry.Written, $"has the shape {Printable.Shape(entry.Shape)}, expected {string.Join(" or ", layouts)} "
            + $"for {step.id} {shape} with {(context.HasCache ? "M" : "T")} = {context.Tokens}{Hint(step, entry)}");
    }

    private string Hint(ArticleStep step, DumpEntry entry)
    {
        if (context.HasCache && step.shape.HasKeys) { return $"; of a cache, dump the {context.Keys[0]} rows that attention reads"; }
        if (step.dtype == ScalarType.ComplexFloat32) { return $", of complex numbers or with one more axis of size 2; its dtype is {entry.Dtype}"; }
        return MicroModel.All.Any(micro => micro.Checkpoint.Params == context.Model) && !Fits(context.Model)
            && MicroModel.All.FirstOrDefault(micro => Fits(micro.Checkpoint.Params)) is { } other
                ? $"; if the port ran {other.Name}, check with --model {other.Name}"
                : "";

        bool Fits(ModelParams some) =>
            TensorLayout.Fit(step, entry.Shape, some, step.shape.Sizes(some, context.Tokens), context.Tokens) is not null;
    }
}
