namespace Llama3.Reference.Steps;

/// <summary>The feed-forward network, a gated one: SwiGLU.</summary>
internal static class FeedForward
{
    /// <summary><c>(silu(x · w1ᵀ) ⊙ (x · w3ᵀ)) · w2ᵀ</c>: w1 opens the gate, w3 lifts what goes through it, w2 brings it back to dim.</summary>
    /// <param name="x">[T, dim].</param>
    /// <param name="w1">[ffn_dim, dim], the gate.</param>
    /// <param name="w2">[dim, ffn_dim], down.</param>
    /// <param name="w3">[ffn_dim, dim], up.</param>
    /// <param name="b1">[ffn_dim], added to the product with w1; null in Llama 3, as the other two.</param>
    /// <param name="b2">[dim], added to the product with w2.</param>
    /// <param name="b3">[ffn_dim], added to the product with w3.</param>
    /// <returns>[T, dim].</returns>
    public static Tensor swiglu(Tensor x, Tensor w1, Tensor w2, Tensor w3, Tensor? b1 = null, Tensor? b2 = null, Tensor? b3 = null)
    {
        var activated = activate(Safe.matmul(x, w1.T).plus(b1));
        var up = Safe.matmul(x, w3.T).plus(b3);
        return Safe.matmul(gate(activated, up), w2.T).plus(b2);
    }

    /// <summary>SiLU: <c>x / (1 + exp(-x))</c>, nearly x where x is large and nearly 0 where it is very negative.</summary>
    /// <param name="x">[T, ffn_dim].</param>
    /// <returns>[T, ffn_dim].</returns>
    public static Tensor activate(Tensor x) => x.silu();

    /// <summary>Lets each number through as far as its gate is open: a product element by element.</summary>
    /// <param name="activated">[T, ffn_dim].</param>
    /// <param name="up">[T, ffn_dim].</param>
    /// <returns>[T, ffn_dim].</returns>
    public static Tensor gate(Tensor activated, Tensor up) => activated * up;
}
