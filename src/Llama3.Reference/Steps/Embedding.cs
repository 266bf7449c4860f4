namespace Llama3.Reference.Steps;

/// <summary>From token ids to vectors, and the residual stream they start.</summary>
internal static class Embedding
{
    /// <summary>Picks one row of the table per token: <c>table[tokens]</c>.</summary>
    /// <param name="tokens">[T] int64, each below vocab_size.</param>
    /// <param name="table">[vocab_size, dim].</param>
    /// <param name="dtype">dtype of the result; bfloat16 in the notebook.</param>
    /// <returns>[T, dim] dtype.</returns>
    public static Tensor look_up(Tensor tokens, Tensor table, ScalarType dtype) =>
        table.index_select(0, tokens).to_type(dtype);

    /// <summary>Adds what a block computed to the stream that went into it: <c>x + delta</c>.</summary>
    /// <param name="x">[T, dim], the block's input before its norm.</param>
    /// <param name="delta">[T, dim], the block's output.</param>
    /// <returns>[T, dim].</returns>
    public static Tensor add_residual(Tensor x, Tensor delta) => x + delta;
}
