using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Pages;

/// <summary>Shows how words are put together: for each piece of the text its bytes, then every merge with the token that it makes.</summary>
internal static class MergesPage
{
    private const int LongestPiece = 200;

    /// <summary>Writes all pieces of <paramref name="text"/>, with an empty line between them.</summary>
    /// <exception cref="BadInputException">A piece is too long to be shown, or the tokenizer is another than Llama 3's.</exception>
    public static void Write(TextWriter output, ITokenizer tokenizer, string text)
    {
        if (tokenizer is not Llama3Tokenizer llama3)
        {
            throw new BadInputException("--merges shows the merges of a tokenizer.model or tokenizer.json, not those of a GGUF");
        }
        foreach (var (index, steps) in llama3.explain(text, LongestPiece).Index())
        {
            if (index > 0) { output.WriteLine(); }
            foreach (var step in steps) { output.WriteLine($"{step.id,6} {step}"); }
        }
    }
}
