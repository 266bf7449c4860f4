namespace Llama3.Formats.Tokenizers;

/// <summary>
/// Byte pair encoding of one piece of any length: of all neighbouring parts that may be merged, the pair with the lowest rank (the
/// leftmost of equals) becomes one part, until no pair is left.
/// </summary>
/// <remarks>Parts are a linked list of start positions and the pairs wait in a priority queue, so that n bytes take O(n log n) steps.</remarks>
/// <param name="ids">The id of each byte, which this overwrites.</param>
internal abstract class Merger(int[] ids)
{
    private const int Merged = -1;

    private readonly int[] _next = [.. Enumerable.Range(1, ids.Length), Merged];
    private readonly int[] _previous = [.. Enumerable.Range(-1, ids.Length + 1)];
    // The end of each pair, by its rank and, of equals, its start: both in one number, which compares faster than a tuple.
    private readonly PriorityQueue<int, long> _pairs = new();

    /// <summary>The id of the part that begins at <paramref name="start"/>.</summary>
    protected int Id(int start) => ids[start];

    /// <summary>The rank of merging two parts, from <paramref name="start"/> to <paramref name="middle"/> to <paramref name="end"/>, if they may be.</summary>
    protected abstract bool TryMerge(int start, int middle, int end, out int rank);

    /// <summary>The id that a merge gives: its rank, unless ids have another order.</summary>
    protected virtual int IdOf(int rank) => rank;

    /// <summary>Merges until no pair is left, and returns the ids.</summary>
    public IEnumerable<int> Run()
    {
        for (var start = 0; start < ids.Length; start++) { AddPair(start); }
        while (_pairs.TryDequeue(out var end, out var priority))
        {
            var (rank, start) = ((int)(priority >> 32), (int)priority);
            if (IsCurrent(start, end)) { Merge(start, end, IdOf(rank)); }
        }
        for (var start = 0; start < ids.Length; start = _next[start]) { yield return ids[start]; }
    }

    private void AddPair(int start)
    {
        var middle = _next[start];
        if (middle < ids.Length && TryMerge(start, middle, _next[middle], out var rank))
        {
            _pairs.Enqueue(_next[middle], ((long)rank << 32) | (uint)start);
        }
    }

    private bool IsCurrent(int start, int end) =>
        _next[start] is var middle && middle != Merged && middle < ids.Length && _next[middle] == end;

    private void Merge(int start, int end, int id)
    {
        _next[_next[start]] = Merged;
        _next[start] = end;
        _previous[end] = start;
        ids[start] = id;
        AddPair(start);
        if (start > 0) { AddPair(_previous[start]); }
    }
}
