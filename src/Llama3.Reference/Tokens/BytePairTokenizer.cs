using System.Text;

namespace Llama3.Reference.Tokens;

/// <summary>Byte-level byte pair encoding with the ranks of a <c>tokenizer.model</c>.</summary>
/// <param name="vocabulary">Tokens and their ranks.</param>
internal sealed class BytePairTokenizer(Vocabulary vocabulary) : Llama3Tokenizer(vocabulary)
{
    private readonly Vocabulary _vocabulary = vocabulary;

    /// <inheritdoc/>
    protected override IEnumerable<int> EncodeOrdinary(string text) =>
        TextSplitter.Split(text).SelectMany(piece => BytePairMerger.Encode(_vocabulary, Encoding.UTF8.GetBytes(piece)));
}
