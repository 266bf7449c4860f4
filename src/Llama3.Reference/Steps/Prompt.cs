using Llama3.Reference.Tokens;

namespace Llama3.Reference.Steps;

/// <summary>From text to token ids.</summary>
public static class Prompt
{
    /// <summary>Encodes the prompt and puts <c>&lt;|begin_of_text|&gt;</c> in front, as Llama 3 was trained.</summary>
    /// <returns>[T] int64.</returns>
    public static Tensor encode(ITokenizer tokenizer, string prompt) =>
        torch.tensor([SpecialTokens.begin_of_text, .. tokenizer.encode(prompt).Select(id => (long)id)]);

    /// <summary>Decodes each token on its own, to see where the tokenizer cut the prompt.</summary>
    /// <param name="tokenizer">The tokenizer that made the tokens.</param>
    /// <param name="tokens">[T] int64.</param>
    /// <returns>T pieces of text; a token that holds part of a character only decodes to U+FFFD.</returns>
    public static string[] split_as_tokens(ITokenizer tokenizer, Tensor tokens) =>
        [.. tokens.ToInt64s().Select(id => tokenizer.decode([(int)id]))];
}
