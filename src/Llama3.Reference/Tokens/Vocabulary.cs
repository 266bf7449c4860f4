using System.Diagnostics.CodeAnalysis;

namespace Llama3.Reference.Tokens;

/// <summary>Byte sequences and their ranks. A rank is both the token's id and its turn in merging; ranks may have gaps.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<byte[], int> ranks = new(new ByteSequenceComparer());
    private readonly Dictionary<int, byte[]> tokens = [];
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    public Vocabulary() => lookup = ranks.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => ranks.Count;

    public bool TryAddToken(byte[] token, int rank) => ranks.TryAdd(token, rank);

    public bool TryAddRank(byte[] token, int rank) => tokens.TryAdd(rank, token);

    public int Rank(ReadOnlySpan<byte> token) => lookup[token];

    public bool TryGetRank(ReadOnlySpan<byte> token, out int rank) => lookup.TryGetValue(token, out rank);

    public bool TryGetToken(int rank, [NotNullWhen(true)] out byte[]? token) => tokens.TryGetValue(rank, out token);
}
