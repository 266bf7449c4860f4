namespace Llama3.Reference.Steps;

/// <summary>What some models add to the product with a matrix; Llama 3 has no biases.</summary>
internal static class Bias
{
    /// <summary>The sum; the product itself where there is no bias.</summary>
    /// <param name="product">[…, out].</param>
    /// <param name="bias">[out], or [heads, 1, out]; null for none.</param>
    /// <returns>[…, out].</returns>
    public static Tensor plus(this Tensor product, Tensor? bias) => bias is null ? product : product + bias;
}
