using System.Text;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Copy;

/// <summary>Writes the tokenizer.bin of llama2.c: the length of the longest token, then score, length and bytes of every id.</summary>
internal static class Llama2cTokenizer
{
    /// <summary>Ids without a token. Empty would be natural, but run.c takes a read of no bytes for a failure; as a C string this is empty.</summary>
    private static readonly byte[] Gap = [0];

    /// <summary>Writes the whole file. A pair is merged the sooner the higher its score, so the score is the rank, negated.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="vocabulary">All ranks.</param>
    /// <param name="vocab_size">The number of ids of the model; run.c reads that many.</param>
    public static void Write(Stream stream, Vocabulary vocabulary, int vocab_size)
    {
        byte[][] tokens = [.. Enumerable.Range(0, vocab_size).Select(id => Token(vocabulary, id))];
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(tokens.Max(token => token.Length));
        foreach (var (id, token) in tokens.Index())
        {
            writer.Write((float)-id);
            writer.Write(token.Length);
            writer.Write(token);
        }
    }

    private static byte[] Token(Vocabulary vocabulary, int id) =>
        vocabulary.TryGetToken(id, out var token) ? token
            : id >= SpecialTokens.First && id - SpecialTokens.First < SpecialTokens.Names.Count
                ? Encoding.UTF8.GetBytes(SpecialTokens.Names[id - SpecialTokens.First])
                : Gap;
}
