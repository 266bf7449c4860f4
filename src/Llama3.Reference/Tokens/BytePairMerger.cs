namespace Llama3.Reference.Tokens;

/// <summary>
/// Byte pair encoding of one piece: of all neighbouring parts whose bytes together are a token, the pair with the lowest
/// rank (the leftmost of equals) becomes one part, until no pair is left.
/// </summary>
/// <remarks>
/// Parts are a linked list of start positions and the pairs wait in a priority queue, so that n bytes take
/// O(n log n) steps.
/// </remarks>
internal sealed class BytePairMerger
{
    private const int Merged = -1;

    private readonly Vocabulary _vocabulary;
    private readonly byte[] _piece;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly PriorityQueue<(int Start, int End), (int Rank, int Start)> _pairs = new();

    private BytePairMerger(Vocabulary vocabulary, byte[] piece)
    {
        _vocabulary = vocabulary;
        _piece = piece;
        _next = [.. Enumerable.Range(1, piece.Length), Merged];
        _previous = [.. Enumerable.Range(-1, piece.Length + 1)];
    }

    /// <summary>The token ids of <paramref name="piece"/>.</summary>
    public static IEnumerable<int> Encode(Vocabulary vocabulary, byte[] piece) =>
        vocabulary.TryGetRank(piece, out var id) ? [id] : new BytePairMerger(vocabulary, piece).Encode();

    private IEnumerable<int> Encode()
    {
        for (var start = 0; start < _piece.Length; start++) { AddPair(start); }
        while (_pairs.TryDequeue(out var pair, out _))
        {
            if (IsCurrent(pair)) { Merge(pair); }
        }
        for (var start = 0; start < _piece.Length; start = _next[start])
        {
            yield return _vocabulary.Rank(_piece.AsSpan(start, _next[start] - start));
        }
    }

    private void AddPair(int start)
    {
        var middle = _next[start];
        if (middle < _piece.Length && _vocabulary.TryGetRank(_piece.AsSpan(start, _next[middle] - start), out var rank))
        {
            _pairs.Enqueue((start, _next[middle]), (rank, start));
        }
    }

    private bool IsCurrent((int Start, int End) pair) =>
        _next[pair.Start] is var middle && middle != Merged && middle < _piece.Length && _next[middle] == pair.End;

    private void Merge((int Start, int End) pair)
    {
        _next[_next[pair.Start]] = Merged;
        _next[pair.Start] = pair.End;
        _previous[pair.End] = pair.Start;
        AddPair(pair.Start);
        if (pair.Start > 0) { AddPair(_previous[pair.Start]); }
    }
}
