using System.Text;

namespace Llama3.Reference.Tokens;

/// <summary>Llama 3's tokenizer: byte-level byte pair encoding with the ranks of a <c>tokenizer.model</c>.</summary>
public sealed class BytePairTokenizer : ITokenizer
{
    private readonly Vocabulary _vocabulary;

    private BytePairTokenizer(Vocabulary vocabulary) => _vocabulary = vocabulary;

    /// <inheritdoc/>
    public int n_vocab => SpecialTokens.First + SpecialTokens.Names.Count;

    /// <summary>Reads a <c>tokenizer.model</c>; <paramref name="path"/> is what messages call it.</summary>
    /// <exception cref="BadInputException">The file is no tiktoken vocabulary, or no complete one.</exception>
    public static BytePairTokenizer Read(Stream stream, string path) => new(TiktokenFile.Read(stream, path));

    /// <inheritdoc/>
    public IReadOnlyList<int> encode(string text, bool allowed_special = false)
    {
        var ids = new List<int>();
        var done = 0;
        foreach (var (start, end, id) in SpecialTokens.Find(text))
        {
            if (!allowed_special)
            {
                throw new BadInputException($"the text contains the special token {text[start..end]} at position {start}, "
                    + "which must not be part of a text");
            }
            ids.AddRange(Ordinary(text[done..start]));
            ids.Add(id);
            done = end;
        }

        ids.AddRange(Ordinary(text[done..]));
        return ids;
    }

    /// <inheritdoc/>
    public string decode(IEnumerable<int> tokens) => Encoding.UTF8.GetString(decode_bytes(tokens));

    /// <inheritdoc/>
    public byte[] decode_bytes(IEnumerable<int> tokens) => [.. tokens.SelectMany(Bytes)];

    private IEnumerable<int> Ordinary(string text) =>
        TextSplitter.Split(text).SelectMany(piece => BytePairMerger.Encode(_vocabulary, Encoding.UTF8.GetBytes(piece)));

    private byte[] Bytes(int id)
    {
        if (_vocabulary.TryGetToken(id, out var token)) { return token; }
        if (id >= SpecialTokens.First && id < n_vocab)
        {
            return Encoding.UTF8.GetBytes(SpecialTokens.Names[id - SpecialTokens.First]);
        }
        throw new BadInputException($"token id {id} is not in the vocabulary: expected one of the {_vocabulary.Count:N0} ranks of "
            + $"tokenizer.model (below {SpecialTokens.First}) or a special token ({SpecialTokens.First} to {n_vocab - 1})");
    }
}
