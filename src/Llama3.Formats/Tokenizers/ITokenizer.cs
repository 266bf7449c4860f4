using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>Text to token ids and back, as <c>tiktoken.Encoding</c> does it; the article's <c>tokenizer</c>.</summary>
public interface ITokenizer
{
    /// <summary>The number of ids that the model knows, with special tokens and unused ids: 128,256 for Llama 3.</summary>
    int n_vocab { get; }

    /// <summary>What was around the texts in training; Llama 3's, unless the tokenizer says otherwise.</summary>
    internal TextFrame frame => TextFrame.Llama3;

    /// <summary>The tokens that are text, if their ids are ranks, as Llama 3's are; null for vocabularies of other kinds.</summary>
    internal Vocabulary? ranks => null;

    /// <summary>The token ids of <paramref name="text"/>; no <c>begin_of_text</c> is added.</summary>
    /// <param name="text">Any string; a lone surrogate counts as U+FFFD.</param>
    /// <param name="allowed_special">Whether names such as <c>&lt;|eot_id|&gt;</c> become special tokens.</param>
    /// <exception cref="BadInputException">The text names a special token, and <paramref name="allowed_special"/> is false.</exception>
    IReadOnlyList<int> encode(string text, bool allowed_special = false);

    /// <summary>The token ids of <paramref name="text"/>, with names of special tokens as ordinary text.</summary>
    /// <param name="text">Any string; a lone surrogate counts as U+FFFD.</param>
    IReadOnlyList<int> encode_ordinary(string text);

    /// <summary>The text of <paramref name="tokens"/>; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="BadInputException">An id is not in the vocabulary.</exception>
    string decode(IEnumerable<int> tokens);

    /// <summary>The bytes of <paramref name="tokens"/>, which may begin or end within a character.</summary>
    /// <exception cref="BadInputException">An id is not in the vocabulary.</exception>
    byte[] decode_bytes(IEnumerable<int> tokens);
}
