namespace Llama3.Reference.Steps;

/// <summary>From the last vector to the next token.</summary>
internal static class Logits
{
    /// <summary>One score per word of the vocabulary, for what follows the last token: <c>x[-1] · outputᵀ</c>.</summary>
    /// <param name="x">[T, dim], after the final norm.</param>
    /// <param name="output">[vocab_size, dim].</param>
    /// <returns>[vocab_size].</returns>
    public static Tensor of_last_token(Tensor x, Tensor output) => Safe.matmul(x[x.shape[0] - 1], output.T);

    /// <summary>The id of the highest score; the lowest such id if several are equal.</summary>
    /// <param name="logits">[vocab_size].</param>
    /// <returns>[] int64.</returns>
    public static Tensor most_likely(Tensor logits) => torch.argmax(logits, -1);
}
