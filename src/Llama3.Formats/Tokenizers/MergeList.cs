namespace Llama3.Formats.Tokenizers;

/// <summary>Merges in the order in which they are done, which need not be that of ids.</summary>
/// <param name="vocabulary">The tokens; their ids are no ranks.</param>
internal sealed class MergeList(Vocabulary vocabulary)
{
    private readonly Dictionary<(int Left, int Right), int> _ranks = [];
    private readonly List<int> _ids = [];

    /// <summary>Adds the merge of two tokens into a third, to be done after those before it; false if these two are merged already.</summary>
    public bool TryAdd(int left, int right, int id)
    {
        if (!_ranks.TryAdd((left, right), _ids.Count)) { return false; }
        _ids.Add(id);
        return true;
    }

    /// <summary>The token ids of the bytes of a piece of text.</summary>
    /// <remarks>A byte without a token is left out, and its neighbours become neighbours, as in Hugging Face's library.</remarks>
    public IEnumerable<int> Encode(ReadOnlySpan<byte> piece)
    {
        var (ids, count) = (new int[piece.Length], 0);
        foreach (var value in piece)
        {
            if (vocabulary.Rank(value) is >= 0 and var id) { ids[count++] = id; }
        }
        return new RankedMerger(this, ids[..count]).Run();
    }

    private sealed class RankedMerger(MergeList merges, int[] ids) : Merger(ids)
    {
        protected override bool TryMerge(int start, int middle, int end, out int rank) => merges._ranks.TryGetValue((Id(start), Id(middle)), out rank);

        protected override int IdOf(int rank) => merges._ids[rank];
    }
}
