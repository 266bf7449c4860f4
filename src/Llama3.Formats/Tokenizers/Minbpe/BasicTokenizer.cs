using System.Text;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>Byte pair encoding and nothing else: no splitting, no special tokens.</summary>
public sealed class BasicTokenizer() : Tokenizer(pattern: "")
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> encode(string text) => [.. EncodeChunk(text)];

    private protected override PairCounts Count(string text) => new([(Encoding.UTF8.GetBytes(text), 1)]);
}
