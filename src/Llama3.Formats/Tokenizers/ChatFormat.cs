namespace Llama3.Formats.Tokenizers;

/// <summary>The format of conversations in which Llama 3 Instruct was trained, as in Meta's llama/tokenizer.py.</summary>
/// <remarks>Names of special tokens in a message are text: a message cannot end its own turn.</remarks>
/// <param name="tokenizer">Llama 3's tokenizer.</param>
public sealed class ChatFormat(ITokenizer tokenizer)
{
    /// <summary><c>&lt;|start_header_id|&gt;role&lt;|end_header_id|&gt;</c> and an empty line.</summary>
    public int[] encode_header(Message message) => Segment.Encode(tokenizer, Llama3Template.Header(message.role));

    /// <summary>The header, the content without white space around it, and <c>&lt;|eot_id|&gt;</c>.</summary>
    public int[] encode_message(Message message) => Segment.Encode(tokenizer, Llama3Template.MetaMessage(Llama3Template.Stripped(message)));

    /// <summary><c>&lt;|begin_of_text|&gt;</c>, all messages, and the header of the assistant's answer, which the model continues.</summary>
    public int[] encode_dialog_prompt(IEnumerable<Message> dialog) =>
        Segment.Encode(tokenizer, Llama3Template.Meta(new Conversation([.. dialog.Select(Llama3Template.Stripped)])));
}
