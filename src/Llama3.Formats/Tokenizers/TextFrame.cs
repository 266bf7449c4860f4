using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>What was around the texts on which a model was trained.</summary>
/// <param name="begin">The token in front of a text; of some models there is none.</param>
/// <param name="ends">The tokens that end a text, or a turn of a conversation.</param>
internal sealed record TextFrame(IReadOnlyList<int> begin, IReadOnlyCollection<int> ends)
{
    /// <summary>Llama 3's, in which Meta's models were trained.</summary>
    public static TextFrame Llama3 { get; } = new([SpecialTokens.First], [SpecialTokens.Ids["<|end_of_text|>"], SpecialTokens.Ids["<|eot_id|>"]])
    {
        chat = (tokenizer, dialog) => new ChatFormat(tokenizer).encode_dialog_prompt(dialog),
    };

    /// <summary>The token ids of a conversation, up to where the assistant's answer begins.</summary>
    /// <exception cref="BadInputException">It throws this if how the model's conversations are laid out is not known.</exception>
    public required Func<ITokenizer, IReadOnlyList<Message>, int[]> chat { get; init; }
}
