namespace Llama3.Checking.Reading.Readers;

/// <summary>One tensor for each head, or several if a head is dumped by position: <c>layers.0.q_per_token.head3</c>.</summary>
/// <param name="context">The dump and the run.</param>
/// <param name="entries">Reads a tensor.</param>
/// <param name="ofOneHead">The ways in which a head can be dumped.</param>
internal sealed class HeadsReader(ReadingContext context, EntryReader entries, IReadOnlyList<IResultReader> ofOneHead) : IResultReader
{
    private readonly Completeness _completeness = new(context.Dump);
    private readonly RepeatedHeads _repeated = new(context.Model);

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => result.All.Any(entry => entry.Name.Head is not null);

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        var own = HeadsOf(result);
        _completeness.RequireAlike("head", result.All, entry => entry.Name.Head);
        var heads = result.All.GroupBy(entry => entry.Name.Head).OrderBy(head => head.Key).Select(head => head.ToList()).ToList();
        var repeated = heads.Count > own && _repeated.MayBe(result.Step);
        _completeness.RequireAll("head", [.. heads.Select(head => head[0])], entry => entry.Name.Head, repeated ? context.Model.n_heads : own);
        var all = ArrangedResult.Stack([.. heads.Select(head => Head(result with { All = head }))]);
        return repeated ? entries.Once(all with { Note = $"{all.Note}, {RepeatedHeads.Note}" }, result.All[0].Entry) : all;
    }

    private int HeadsOf(ResultEntries result)
    {
        if (result.Step.heads_in(context.Model) is { } heads) { return heads; }
        var head = result.All.First(entry => entry.Name.Head is not null);
        throw context.Refuse(head.Entry.Name, $"is of head {head.Name.Head}, but {result.Step.id} has no heads");
    }

    private ArrangedResult Head(ResultEntries head) => ofOneHead.For(head).Read(head) is { AllHeads: false } one ? one : throw context.Refuse(
        head.Name, $"holds all heads, expected head {head.All[0].Name.Head} alone");
}
