using System.Diagnostics.CodeAnalysis;

namespace Llama3.Reference.Tokens;

/// <summary>Byte sequences and their ranks. A rank is both the token's id and its turn in merging; ranks may have gaps.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<byte[], int> _ranks = new(new ByteSequenceComparer());
    private readonly Dictionary<int, byte[]> _tokens = [];
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public Vocabulary() => _lookup = _ranks.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _ranks.Count;

    /// <summary>Every token with its rank.</summary>
    public IEnumerable<(byte[] Token, int Rank)> Ranks => _ranks.Select(entry => (entry.Key, entry.Value));

    public bool TryAddToken(byte[] token, int rank) => _ranks.TryAdd(token, rank);

    public bool TryAddRank(byte[] token, int rank) => _tokens.TryAdd(rank, token);

    public int Rank(ReadOnlySpan<byte> token) => _lookup[token];

    public bool TryGetRank(ReadOnlySpan<byte> token, out int rank) => _lookup.TryGetValue(token, out rank);

    public bool TryGetToken(int rank, [NotNullWhen(true)] out byte[]? token) => _tokens.TryGetValue(rank, out token);

    /// <summary>Otherwise not every text could be encoded.</summary>
    /// <exception cref="BadInputException">A byte has no token.</exception>
    public void RequireAllBytes(string path)
    {
        for (var value = 0; value < 256; value++)
        {
            if (!TryGetRank([(byte)value], out _))
            {
                throw new BadInputException($"{path}: the byte 0x{value:X2} has no token, so not every text can be encoded; "
                    + "is the file empty or cut off?");
            }
        }
    }
}
