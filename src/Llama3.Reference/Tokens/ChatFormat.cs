namespace Llama3.Reference.Tokens;

/// <summary>How Llama 3 Instruct was taught conversations, as in Meta's llama/tokenizer.py.</summary>
/// <remarks>Names of special tokens in a message are text: nobody can end a turn from within.</remarks>
/// <param name="tokenizer">Llama 3's tokenizer.</param>
public sealed class ChatFormat(ITokenizer tokenizer)
{
    /// <summary><c>&lt;|start_header_id|&gt;role&lt;|end_header_id|&gt;</c> and an empty line.</summary>
    public int[] encode_header(Message message) =>
    [
        SpecialTokens.Ids["<|start_header_id|>"],
        .. tokenizer.encode_ordinary(message.role),
        SpecialTokens.Ids["<|end_header_id|>"],
        .. tokenizer.encode_ordinary("\n\n"),
    ];

    /// <summary>The header, the content without white space around it, and <c>&lt;|eot_id|&gt;</c>.</summary>
    public int[] encode_message(Message message) =>
        [.. encode_header(message), .. tokenizer.encode_ordinary(Stripped(message.content)), SpecialTokens.Ids["<|eot_id|>"]];

    /// <summary><c>&lt;|begin_of_text|&gt;</c>, all messages, and the header of the assistant's answer, which the model is to go on with.</summary>
    public int[] encode_dialog_prompt(IEnumerable<Message> dialog) =>
        [SpecialTokens.Ids["<|begin_of_text|>"], .. dialog.SelectMany(encode_message), .. encode_header(new Message("assistant", ""))];

    /// <summary>Python's strip().</summary>
    private static string Stripped(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start])) { start++; }
        while (end > start && IsSpace(text[end - 1])) { end--; }
        return text[start..end];
    }

    /// <summary>Python's isspace(): there the four separators of files, groups, records and units are white space too.</summary>
    private static bool IsSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\u001C' and <= '\u001F';
}
