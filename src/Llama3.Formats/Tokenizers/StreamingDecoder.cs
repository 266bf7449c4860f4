using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>Decodes tokens as they are generated, without half characters: bytes wait until their character is complete.</summary>
public sealed class StreamingDecoder(ITokenizer tokenizer)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

    /// <summary>The text that <paramref name="token"/> completes; may be empty.</summary>
    /// <exception cref="BadInputException">The id is not in the vocabulary.</exception>
    public string Add(int token) => Text(tokenizer.decode_bytes([token]), flush: false);

    /// <summary>Ends the text: U+FFFD if bytes still wait for the rest of their character, else nothing.</summary>
    public string Finish() => Text([], flush: true);

    private string Text(byte[] bytes, bool flush)
    {
        var text = new char[_utf8.GetCharCount(bytes, flush)];
        _utf8.GetChars(bytes, text, flush);
        return new string(text);
    }
}
