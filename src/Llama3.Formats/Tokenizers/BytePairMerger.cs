namespace Llama3.Formats.Tokenizers;

/// <summary>Merges two neighbouring parts of a piece whenever they are a token together.</summary>
internal sealed class BytePairMerger : Merger
{
    private readonly Vocabulary _vocabulary;
    private readonly byte[] _piece;

    private BytePairMerger(Vocabulary vocabulary, byte[] piece)
        : base([.. piece.Select(value => vocabulary.Rank(value))]) => (_vocabulary, _piece) = (vocabulary, piece);

    /// <summary>The token ids of <paramref name="piece"/>.</summary>
    public static IEnumerable<int> Encode(Vocabulary vocabulary, byte[] piece) =>
        vocabulary.TryGetRank(piece, out var id) ? [id] : Merged(vocabulary, piece);

    /// <summary>The same by merges alone: a piece that is a token may come out in parts.</summary>
    public static IEnumerable<int> Merged(Vocabulary vocabulary, byte[] piece) => new BytePairMerger(vocabulary, piece).Run();

    protected override bool TryMerge(int start, int middle, int end, out int rank) =>
        _vocabulary.TryGetRank(_piece.AsSpan(start, end - start), out rank);
}
