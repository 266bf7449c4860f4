using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Readers;

/// <summary>One tensor for each head, or several if a head is dumped by position: <c>layers.0.q_per_token.head3</c>.</summary>
/// <param name="context">The dump and the run.</param>
/// <param name="entries">Reads a tensor.</param>
/// <param name="ofOneHead">The ways in which a head can be dumped.</param>
internal sealed class HeadsReader(ReadingContext context, EntryReader entries, IReadOnlyList<IResultReader> ofOneHead) : IResultReader
{
    private readonly RepeatedHeads _repeated = new(context.Model);

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => result.All.Any(entry => entry.Name.Head is not null);

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        var own = HeadsOf(result);
        Completeness.RequireAlike("head", result.All, entry => entry.Name.Head);
        var heads = result.All.GroupBy(entry => entry.Name.Head).OrderBy(head => head.Key).Select(head => head.ToList()).ToList();
        var repeated = heads.Count > own && _repeated.MayBe(result.Step);
        Completeness.RequireAll("head", [.. heads.Select(head => head[0])], entry => entry.Name.Head, repeated ? context.Model.n_heads : own);
        var read = heads.ConvertAll(head => Head(result with { All = head }));
        var all = ArrangedResult.Stack(read, () => Alike(read, heads));
        return repeated ? entries.Once(all with { Note = $"{all.Note}, {RepeatedHeads.Note}" }, result.All[0].Entry) : all;
    }

    /// <summary>The heads' tensors. One may hold other rows or keys than the others.</summary>
    private static List<Tensor> Alike(List<ArrangedResult> read, List<List<NamedEntry>> heads)
    {
        var tensors = read.ConvertAll(head => head.Read());
        var odd = tensors.FindIndex(tensor => !tensor.shape.SequenceEqual(tensors[0].shape));
        return odd < 0 ? tensors : throw new UnreadableException(heads[odd][0].Entry.Written, $"holds {Printable.Shape(tensors[odd].shape)}, "
            + $"but {Printable.Text(heads[0][0].Entry.Written)} {Printable.Shape(tensors[0].shape)}; expected the same of every head");
    }

    private int HeadsOf(ResultEntries result)
    {
        if (result.Step.heads_in(context.Model) is { } heads) { return heads; }
        var head = result.All.First(entry => entry.Name.Head is not null);
        throw new UnreadableException(head.Entry.Written, $"is of head {head.Name.Head}, but {result.Step.id} has no heads");
    }

    /// <summary>Of a model with one head, that head is all of them.</summary>
    private ArrangedResult Head(ResultEntries head) => ofOneHead.For(head).Read(head) switch
    {
        { AllHeads: false } one => one,
        var all when head.Step.heads_in(context.Model) == 1 => all with { AllHeads = false, Read = () => all.Read()[0] },
        _ => throw new UnreadableException(head.Name, $"holds all heads, expected head {head.All[0].Name.Head} alone"),
    };
}
