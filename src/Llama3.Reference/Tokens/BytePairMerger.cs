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

    private readonly Vocabulary vocabulary;
    private readonly byte[] piece;
    private readonly int[] next;
    private readonly int[] previous;
    private readonly PriorityQueue<(int Start, int End), (int Rank, int Start)> pairs = new();

    private BytePairMerger(Vocabulary vocabulary, byte[] piece)
    {
        this.vocabulary = vocabulary;
        this.piece = piece;
        next = [.. Enumerable.Range(1, piece.Length), Merged];
        previous = [.. Enumerable.Range(-1, piece.Length + 1)];
    }

    /// <summary>The token ids of <paramref name="piece"/>.</summary>
    public static IEnumerable<int> Encode(Vocabulary vocabulary, byte[] piece) =>
        vocabulary.TryGetRank(piece, out var id) ? [id] : new BytePairMerger(vocabulary, piece).Encode();

    private IEnumerable<int> Encode()
    {
        for (var start = 0; start < piece.Length; start++) { AddPair(start); }
        while (pairs.TryDequeue(out var pair, out _))
        {
            if (IsCurrent(pair)) { Merge(pair); }
        }
        for (var start = 0; start < piece.Length; start = next[start])
        {
            yield return vocabulary.Rank(piece.AsSpan(start, next[start] - start));
        }
    }

    private void AddPair(int start)
    {
        var middle = next[start];
        if (middle < piece.Length && vocabulary.TryGetRank(piece.AsSpan(start, next[middle] - start), out var rank))
        {
            pairs.Enqueue((start, next[middle]), (rank, start));
        }
    }

    private bool IsCurrent((int Start, int End) pair) =>
        next[pair.Start] is var middle && middle != Merged && middle < piece.Length && next[middle] == pair.End;

    private void Merge((int Start, int End) pair)
    {
        next[next[pair.Start]] = Merged;
        next[pair.Start] = pair.End;
        previous[pair.End] = pair.Start;
        AddPair(pair.Start);
        if (pair.Start > 0) { AddPair(previous[pair.Start]); }
    }
}
