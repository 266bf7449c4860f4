namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>
/// A text during training: its ids, and how often each pair of neighbours occurs. minbpe counts all pairs again for each merge;
/// here a merge changes only the counts of its neighbours, and the results are the same.
/// </summary>
/// <remarks>
/// Of equally frequent pairs, minbpe takes the first in the text. After a merge, an existing pair can only get rarer, and its first place
/// can only move to the right, because new pairs always hold the newest id. So a pair in the queue is at worst too early there, and goes
/// back into it when its turn comes.
/// </remarks>
internal sealed class PairCounts
{
    private const int None = -1;

    private readonly int[] _ids, _next, _previous, _weights;
    private readonly Dictionary<(int, int), Pair> _pairs = [];
    private readonly PriorityQueue<Pair, (long Rarity, int Position)> _queue = new();
    private readonly List<Pair> _created = [];

    /// <summary>Counts the pairs of bytes.</summary>
    /// <param name="chunks">The different pieces of the text in the order of their first appearance, and how often each occurs.</param>
    public PairCounts(IEnumerable<(byte[] Bytes, int Count)> chunks)
    {
        (byte[] Bytes, int Count)[] all = [.. chunks];
        var length = all.Sum(chunk => chunk.Bytes.Length);
        (_ids, _next, _previous, _weights) = (new int[length], new int[length], new int[length], new int[length]);
        var position = 0;
        foreach (var (bytes, count) in all)
        {
            Place(bytes, count, position);
            position += bytes.Length;
        }
        EnqueueCreated();
    }

    /// <summary>Python's max(stats, key=stats.get): the most frequent pair, the first of equals; null if no pair is left.</summary>
    public Pair? Max()
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            if (pair.Count == 0) { continue; }
            if (Priority(pair) == priority) { return pair; }
            _queue.Enqueue(pair, Priority(pair));
        }
        return null;
    }

    /// <summary>Puts <paramref name="id"/> in the place of every <paramref name="pair"/>, from left to right.</summary>
    public void Merge(Pair pair, int id)
    {
        foreach (var left in pair.Positions)
        {
            if (Stands(pair, left)) { Merge(left, id); }
        }
        _pairs.Remove((pair.Left, pair.Right));
        EnqueueCreated();
    }

    private void Place(byte[] bytes, int count, int start)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var position = start + i;
            (_ids[position], _weights[position]) = (bytes[i], count);
            (_previous[position], _next[position]) = (i > 0 ? position - 1 : None, i + 1 < bytes.Length ? position + 1 : None);
            if (i > 0) { Add(position - 1); }
        }
    }

    private void Merge(int left, int id)
    {
        var right = _next[left];
        var (before, after) = (_previous[left], _next[right]);
        if (before != None) { Remove(before); }
        if (after != None) { Remove(right); }
        (_ids[left], _ids[right], _next[left]) = (id, None, after);
        if (before != None) { Add(before); }
        if (after != None)
        {
            _previous[after] = left;
            Add(left);
        }
    }

    /// <summary>Counts the pair that begins at a position.</summary>
    private void Add(int position)
    {
        var (left, right) = (_ids[position], _ids[_next[position]]);
        if (!_pairs.TryGetValue((left, right), out var pair))
        {
            pair = new Pair(left, right);
            _pairs.Add((left, right), pair);
            _created.Add(pair);
        }
        pair.Count += _weights[position];
        pair.Positions.Add(position);
    }

    private void Remove(int position) => _pairs[(_ids[position], _ids[_next[position]])].Count -= _weights[position];

    private void EnqueueCreated()
    {
        foreach (var pair in _created.Where(pair => pair.Count > 0)) { _queue.Enqueue(pair, Priority(pair)); }
        _created.Clear();
    }

    private (long Rarity, int Position) Priority(Pair pair)
    {
        while (!Stands(pair, pair.Positions[pair.First])) { pair.First++; }
        return (-pair.Count, pair.Positions[pair.First]);
    }

    private bool Stands(Pair pair, int position) =>
        _ids[position] == pair.Left && _next[position] is var next && next != None && _ids[next] == pair.Right;

    /// <summary>Two ids side by side.</summary>
    internal sealed class Pair(int left, int right)
    {
        public int Left { get; } = left;

        public int Right { get; } = right;

        public long Count { get; set; }

        /// <summary>The positions where it was counted, from left to right; some may have gone since.</summary>
        public List<int> Positions { get; } = [];

        /// <summary>The index of the first position that may still hold.</summary>
        public int First { get; set; }
    }
}
