namespace Llama3.Formats.Tokenizers;

/// <summary>The format "ChatML" of conversations: <c>&lt;|im_start|&gt;role</c>, the content on the next line, <c>&lt;|im_end|&gt;</c>.</summary>
/// <remarks>Names of special tokens in a message are text: a message cannot end its own turn.</remarks>
/// <param name="tokenizer">A tokenizer with these two special tokens.</param>
/// <param name="system">The system message of a conversation that has none; null if there is none then.</param>
internal sealed class ChatMl(ITokenizer tokenizer, string? system)
{
    /// <summary>What begins a message.</summary>
    public const string Start = "<|im_start|>";

    /// <summary>What ends a message.</summary>
    public const string End = "<|im_end|>";

    /// <summary>All messages, and the beginning of the assistant's answer, which the model continues.</summary>
    public int[] encode_dialog_prompt(IReadOnlyList<Message> dialog) =>
    [
        .. tokenizer.frame.begin,
        .. system is null || dialog is [{ role: "system" }, ..] ? [] : Encode(new Message("system", system)),
        .. dialog.SelectMany(Encode),
        .. Special(Start), .. tokenizer.encode_ordinary("assistant\n"),
    ];

    private IEnumerable<int> Encode(Message message) =>
    [
        .. Special(Start), .. tokenizer.encode_ordinary($"{message.role}\n{message.content}"), .. Special(End), .. tokenizer.encode_ordinary("\n"),
    ];

    private IReadOnlyList<int> Special(string name) => tokenizer.encode(name, allowed_special: true);
}
