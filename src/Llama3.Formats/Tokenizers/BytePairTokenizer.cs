using System.Text;

namespace Llama3.Formats.Tokenizers;

/// <summary>Byte-level byte pair encoding with the ranks of a <c>tokenizer.model</c>.</summary>
/// <param name="vocabulary">Tokens and their ranks.</param>
internal sealed class BytePairTokenizer(Vocabulary vocabulary) : Llama3Tokenizer(vocabulary)
{
    private readonly Vocabulary _vocabulary = vocabulary;

    /// <inheritdoc/>
    protected override void EncodeOrdinary(ReadOnlySpan<char> text, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[ShortPiece.MaxBytes];
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = TextSplitter.End(text, start);
            var piece = text[start..end];
            if (Encoding.UTF8.TryGetBytes(piece, utf8, out var length)) { EncodeShort(utf8[..length], ids); }
            else { ids.AddRange(BytePairMerger.Encode(_vocabulary, Encoding.UTF8.GetBytes(piece.ToArray()))); }
        }
    }

    private void EncodeShort(ReadOnlySpan<byte> piece, List<int> ids)
    {
        if (_vocabulary.TryGetRank(piece, out var id)) { ids.Add(id); }
        else { ShortPiece.Encode(_vocabulary, piece, ids); }
    }
}
