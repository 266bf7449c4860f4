using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Ports;

/// <summary>Ids that come one by one.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Ids">All ids.</param>
/// <param name="IsSpecial">Whether special tokens are shown.</param>
internal sealed record TextStream(ITokenizer Tokenizer, IReadOnlyList<int> Ids, bool IsSpecial)
{
    /// <summary>The ids that are shown.</summary>
    public IEnumerable<int> Shown => IsSpecial ? Ids : Ids.Where(id => id < SpecialTokens.First);

    /// <summary>The bytes of each id that is shown.</summary>
    public IEnumerable<byte[]> Pieces => Shown.Select(id => Tokenizer.decode_bytes([id]));

    /// <summary>The whole text: a character appears once it is complete.</summary>
    public string Text
    {
        get
        {
            var decoder = new StreamingDecoder(Tokenizer);
            return string.Concat(Shown.Select(decoder.Add)) + decoder.Finish();
        }
    }
}
