using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>The tokenizer in a GGUF.</summary>
internal static class GgufTokenizer
{
    /// <summary>The tokenizer of <paramref name="vocabulary"/>; <paramref name="path"/> is the name of its file in messages.</summary>
    /// <exception cref="BadInputException">The vocabulary is of a kind that is not known here, or is damaged.</exception>
    public static ITokenizer Read(GgufVocabulary vocabulary, string path) => throw new NotImplementedException($"{path}: {vocabulary.model}");
}
