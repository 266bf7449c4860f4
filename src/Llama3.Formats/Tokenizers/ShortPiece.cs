using System.Numerics.Tensors;

namespace Llama3.Formats.Tokenizers;

/// <summary>The merges of <see cref="Merger"/>, for pieces so short that searching all pairs is faster than keeping them in order.</summary>
internal static class ShortPiece
{
    /// <summary>The longest such piece, in bytes.</summary>
    public const int MaxBytes = 256;

    private const int NoMerge = int.MaxValue;

    /// <summary>Adds the token ids of <paramref name="piece"/> to <paramref name="ids"/>.</summary>
    public static void Encode(Vocabulary vocabulary, ReadOnlySpan<byte> piece, List<int> ids)
    {
        // Part i begins at starts[i] and is token parts[i]; together with the next it is token merged[i].
        Span<int> starts = stackalloc int[piece.Length + 1], parts = stackalloc int[piece.Length], merged = stackalloc int[piece.Length];
        for (var i = 0; i < piece.Length; i++)
        {
            (starts[i], parts[i]) = (i, vocabulary.Rank(piece[i]));
            merged[i] = i + 1 < piece.Length ? vocabulary.Rank(piece[i], piece[i + 1]) ?? NoMerge : NoMerge;
        }
        starts[^1] = piece.Length;
        while (TensorPrimitives.IndexOfMin<int>(merged) is var left && merged[left] != NoMerge)
        {
            parts[left] = merged[left];
            RemoveAt(ref starts, left + 1);
            RemoveAt(ref parts, left + 1);
            RemoveAt(ref merged, left + 1);
            merged[left] = Joined(vocabulary, piece, starts, left);
            if (left > 0) { merged[left - 1] = Joined(vocabulary, piece, starts, left - 1); }
        }
        ids.AddRange(parts);
    }

    private static int Joined(Vocabulary vocabulary, ReadOnlySpan<byte> piece, ReadOnlySpan<int> starts, int left) =>
        left + 2 < starts.Length && vocabulary.TryGetRank(piece[starts[left]..starts[left + 2]], out var id) ? id : NoMerge;

    private static void RemoveAt(ref Span<int> list, int index)
    {
        list[(index + 1)..].CopyTo(list[index..]);
        list = list[..^1];
    }
}
