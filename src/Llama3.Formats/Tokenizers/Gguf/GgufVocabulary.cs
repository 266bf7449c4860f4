namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>What a GGUF says of its tokenizer, under <c>tokenizer.ggml.*</c>.</summary>
/// <param name="model">The kind of tokenizer: "gpt2" is byte-level byte pair encoding.</param>
/// <param name="pre">How a text is cut before its bytes are merged, such as "llama-bpe"; null if the file does not say.</param>
/// <param name="tokens">The token of each id: in byte letters, or as plain text if it is special.</param>
/// <param name="token_type">The type of each id: 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte.</param>
/// <param name="merges">Pairs of tokens with a space between them, first those that are merged first.</param>
/// <param name="bos">The id that begins a text.</param>
/// <param name="eos">The id that ends a text, or of some models the assistant's turn.</param>
/// <param name="eot">The id that ends a turn.</param>
/// <param name="add_bos">Whether <paramref name="bos"/> is put before a text; null if the file does not say: it is for "llama-bpe".</param>
/// <param name="chat_template">How a conversation is laid out, in Jinja.</param>
internal sealed record GgufVocabulary(
    string model,
    string? pre,
    IReadOnlyList<string> tokens,
    IReadOnlyList<int> token_type,
    IReadOnlyList<string> merges,
    int? bos,
    int? eos,
    int? eot,
    bool? add_bos,
    string? chat_template);
