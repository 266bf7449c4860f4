using System.Text;
using Microsoft.ML.Tokenizers;

namespace Llama3.Formats.Tokenizers;

/// <summary>Microsoft.ML.Tokenizers' byte pair encoding.</summary>
/// <remarks>
/// Text is cut by our own pattern: .NET's regular expressions see a letter beyond U+FFFF as two units that are not letters.
/// The library gets lone surrogates as U+FFFD, as in tiktoken, and a vocabulary that has been checked.
/// </remarks>
internal sealed class MicrosoftEngine : IBytePairEngine
{
    private readonly TiktokenTokenizer _tokenizer;

    public MicrosoftEngine(Vocabulary vocabulary)
    {
        var ranks = string.Concat(vocabulary.Ranks.Select(entry => $"{Convert.ToBase64String(entry.Token)} {entry.Rank}\n"));
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(ranks));
        _tokenizer = TiktokenTokenizer.Create(stream, new Llama3PreTokenizer(), normalizer: null, SpecialTokens.Ids);
    }

    public void Encode(ReadOnlySpan<char> text, List<int> ids) =>
        ids.AddRange(_tokenizer.EncodeToIds(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToArray()))));

    private sealed class Llama3PreTokenizer : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
        {
            for (var (start, end) = (0, 0); start < text.Length; start = end)
            {
                end = TextSplitter.End(text, start);
                yield return (start, end - start);
            }
        }

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
    }
}
