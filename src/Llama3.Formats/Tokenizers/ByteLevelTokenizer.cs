using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>Byte-level byte pair encoding. Special tokens and decoding are here; an engine merges the bytes of ordinary text.</summary>
/// <param name="vocabulary">The tokens that are bytes of text.</param>
/// <param name="engine">What merges them.</param>
/// <param name="special">Tokens that are named in a text only where that is allowed.</param>
/// <param name="added">Tokens that are named in any text.</param>
internal sealed class ByteLevelTokenizer(Vocabulary vocabulary, IBytePairEngine engine, NamedTokens special, NamedTokens added) : ITokenizer
{
    private readonly NamedTokens _named = special.And(added);

    /// <inheritdoc/>
    public required int n_vocab { get; init; }

    /// <inheritdoc/>
    public required TextFrame frame { get; init; }

    /// <inheritdoc/>
    public Vocabulary? ranks { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<int> encode(string text, bool allowed_special = false)
    {
        if (allowed_special) { return Encode(text, _named); }
        foreach (var (start, end, _) in special.Find(text))
        {
            throw new BadInputException($"the text contains the special token {text[start..end]} at position {start}, "
                + "which must not be part of a text");
        }
        return Encode(text, added);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> encode_ordinary(string text) => Encode(text, added);

    /// <inheritdoc/>
    public string decode(IEnumerable<int> tokens) => Encoding.UTF8.GetString(decode_bytes(tokens));

    /// <inheritdoc/>
    public byte[] decode_bytes(IEnumerable<int> tokens) => [.. tokens.SelectMany(Bytes)];

    private List<int> Encode(string text, NamedTokens named)
    {
        var (ids, done) = (new List<int>(), 0);
        foreach (var (start, end, id) in named.Find(text))
        {
            engine.Encode(text.AsSpan(done..start), ids);
            ids.Add(id);
            done = end;
        }
        engine.Encode(text.AsSpan(done), ids);
        return ids;
    }

    private byte[] Bytes(int id) => vocabulary.TryGetToken(id, out var token) ? token
        : _named.Name(id) is { } name ? Encoding.UTF8.GetBytes(name)
        : throw new BadInputException($"token id {id} is not in the vocabulary: expected one of its {vocabulary.Count + _named.Count:N0} tokens, "
            + $"from 0 to {n_vocab - 1}");
}
