using System.Diagnostics.CodeAnalysis;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>Byte sequences and their ranks. A rank is both the token's id and its priority in merging; ranks may have gaps.</summary>
internal sealed class Vocabulary
{
    private const int None = -1;

    private readonly Dictionary<byte[], int> _ranks = new(new ByteSequenceComparer());
    private readonly Dictionary<int, byte[]> _tokens = [];
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly int[] _bytes = new int[256];
    private readonly int[] _pairs = new int[256 * 256];

    public Vocabulary()
    {
        _lookup = _ranks.GetAlternateLookup<ReadOnlySpan<byte>>();
        Array.Fill(_bytes, None);
        Array.Fill(_pairs, None);
    }

    public int Count => _ranks.Count;

    /// <summary>Every token with its rank.</summary>
    public IEnumerable<(byte[] Token, int Rank)> Ranks => _ranks.Select(entry => (entry.Key, entry.Value));

    public bool TryAddToken(byte[] token, int rank)
    {
        if (!_ranks.TryAdd(token, rank)) { return false; }
        if (token is [var only]) { _bytes[only] = rank; }
        if (token is [var left, var right]) { _pairs[(left << 8) | right] = rank; }
        return true;
    }

    public bool TryAddRank(byte[] token, int rank) => _tokens.TryAdd(rank, token);

    /// <summary>Adds a token; false if it, or another with this rank, is there already.</summary>
    public bool TryAdd(byte[] token, int rank) => TryAddToken(token, rank) && TryAddRank(token, rank);

    /// <summary>The rank of a token of one byte; -1 if there is none.</summary>
    public int Rank(byte value) => _bytes[value];

    /// <summary>The rank of a token of two bytes, or null.</summary>
    public int? Rank(byte left, byte right) => _pairs[(left << 8) | right] is var rank && rank != None ? rank : null;

    public bool TryGetRank(ReadOnlySpan<byte> token, out int rank) => _lookup.TryGetValue(token, out rank);

    public bool TryGetToken(int rank, [NotNullWhen(true)] out byte[]? token) => _tokens.TryGetValue(rank, out token);

    /// <summary>Refuses a vocabulary that cannot encode every text.</summary>
    /// <exception cref="BadInputException">A byte has no token.</exception>
    public void RequireAllBytes(string path)
    {
        if (_bytes.IndexOf(None) is >= 0 and var value)
        {
            throw new BadInputException($"{path}: the byte 0x{value:X2} has no token, so not every text can be encoded; "
                + "is the file empty or cut off?");
        }
    }
}
