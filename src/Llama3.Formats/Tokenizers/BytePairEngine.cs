using System.Text;

namespace Llama3.Formats.Tokenizers;

/// <summary>Our own byte pair encoding.</summary>
/// <param name="vocabulary">Tokens and their ranks.</param>
internal sealed class BytePairEngine(Vocabulary vocabulary) : IBytePairEngine
{
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[ShortPiece.MaxBytes];
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = TextSplitter.End(text, start);
            var piece = text[start..end];
            if (Encoding.UTF8.TryGetBytes(piece, utf8, out var length)) { EncodeShort(utf8[..length], ids); }
            else { ids.AddRange(BytePairMerger.Encode(vocabulary, Encoding.UTF8.GetBytes(piece.ToArray()))); }
        }
    }

    private void EncodeShort(ReadOnlySpan<byte> piece, List<int> ids)
    {
        if (vocabulary.TryGetRank(piece, out var id)) { ids.Add(id); }
        else { ShortPiece.Encode(vocabulary, piece, ids); }
    }
}
