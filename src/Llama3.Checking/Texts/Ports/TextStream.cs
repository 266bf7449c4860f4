using System.Text;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Ports;

/// <summary>Ids that come one by one.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Ids">All ids.</param>
/// <param name="IsSpecial">Whether special tokens are shown.</param>
internal sealed record TextStream(ITokenizer Tokenizer, IReadOnlyList<int> Ids, bool IsSpecial)
{
    /// <summary>Whether special tokens have the names of Llama 3.1.</summary>
    public bool IsLlama31 { get; init; }

    /// <summary>The ids that are shown.</summary>
    public IEnumerable<int> Shown => IsSpecial ? Ids : Ids.Where(id => id < SpecialTokens.First);

    /// <summary>The bytes of each id that is shown.</summary>
    public IEnumerable<byte[]> Pieces => Shown.Select(Bytes);

    /// <summary>The whole text: a character appears once it is complete.</summary>
    public string Text => Encoding.UTF8.GetString([.. Pieces.SelectMany(piece => piece)]);

    private byte[] Bytes(int id) => IsLlama31 && SpecialTokens.NameIn31(id) is { } name
        ? Encoding.UTF8.GetBytes(name)
        : Tokenizer.decode_bytes([id]);
}
