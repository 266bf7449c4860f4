using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>Reads what a GGUF says of the texts on which its model was trained.</summary>
internal static class GgufFrame
{
    /// <summary>Names of tokens that end a text or a turn, whatever else a file says: many files name only one of theirs.</summary>
    private static readonly string[] Ends = ["<|end_of_text|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", ChatMl.End];

    /// <summary>The frame.</summary>
    /// <param name="vocabulary">What the file says.</param>
    /// <param name="special">Its special tokens.</param>
    /// <param name="beginsTexts">Whether bos is put before a text.</param>
    /// <param name="path">The name of the file in messages.</param>
    /// <exception cref="BadInputException">An id is not one of the vocabulary.</exception>
    public static TextFrame Read(GgufVocabulary vocabulary, NamedTokens special, bool beginsTexts, string path)
    {
        IReadOnlyList<int> bos = Ids("bos", vocabulary.bos), eos = Ids("eos", vocabulary.eos), eot = Ids("eot", vocabulary.eot);
        return new(beginsTexts ? bos : [], [.. eos.Concat(eot).Concat(Ends.Select(special.Id).OfType<int>()).Distinct()])
        {
            chat = ChatTemplate.Read(vocabulary.chat_template, special, path),
        };

        int[] Ids(string name, int? id) => id is not { } given ? []
            : given >= 0 && given < vocabulary.tokens.Count && vocabulary.token_type[given] != GgufTokens.Unused ? [given]
            : throw new BadInputException($"{path}: tokenizer.ggml.{name}_token_id is {given}, expected a token in use, from 0 to {vocabulary.tokens.Count - 1}");
    }
}
