using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Reference.Steps;

/// <summary>From text to token ids.</summary>
internal static class Prompt
{
    /// <summary>The longest prompt in tokens: Meta's default for max_seq_len.</summary>
    public const int MaxTokens = 2048;

    /// <summary>Encodes the prompt and puts <c>&lt;|begin_of_text|&gt;</c> in front, as Llama 3 was trained.</summary>
    /// <returns>[T] int64.</returns>
    /// <exception cref="BadInputException">The prompt is empty, or longer than <see cref="MaxTokens"/>.</exception>
    public static Tensor encode(ITokenizer tokenizer, string prompt)
    {
        var tokens = ids(tokenizer, prompt);
        return tokens.Length <= MaxTokens
            ? torch.tensor(tokens.Select(id => (long)id).ToArray())
            : throw new BadInputException($"the prompt has {tokens.Length} tokens; at most {MaxTokens} fit (Meta's default for max_seq_len)");
    }

    /// <summary>The same, however long it is. What is put in front is the tokenizer's to say.</summary>
    /// <exception cref="BadInputException">The prompt is empty.</exception>
    public static int[] ids(ITokenizer tokenizer, string prompt)
    {
        RequireText(prompt);
        int[] tokens = [.. tokenizer.frame.begin, .. tokenizer.encode(prompt)];
        return tokens.Length > 0 ? tokens : throw new BadInputException("the prompt has no token: the vocabulary has none for its bytes");
    }

    /// <summary>Refuses a prompt without text.</summary>
    /// <exception cref="BadInputException">The prompt is empty.</exception>
    public static void RequireText(string prompt)
    {
        if (prompt.Length == 0) { throw new BadInputException("the prompt is empty; give a text for the model to continue"); }
    }

    /// <summary>Decodes each token on its own, to see where the tokenizer cut the prompt.</summary>
    /// <param name="tokenizer">The tokenizer that made the tokens.</param>
    /// <param name="tokens">[T] int64.</param>
    /// <returns>T pieces of text; a token that holds part of a character only decodes to U+FFFD.</returns>
    public static string[] split_as_tokens(ITokenizer tokenizer, Tensor tokens) =>
        [.. tokens.ToInt64s().Select(id => tokenizer.decode([(int)id]))];
}
