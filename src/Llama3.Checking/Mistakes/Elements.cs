namespace Llama3.Checking.Mistakes;

/// <summary>Arithmetic that tensors do not have.</summary>
internal static class Elements
{
    /// <summary>Every number changed on its own, in the same shape and dtype.</summary>
    public static Tensor each(this Tensor x, Func<float, float> change) =>
        torch.tensor(Array.ConvertAll(x.ToSingles(), number => change(number)), x.shape).to_type(x.dtype);

    /// <summary>The sum; the same where a model has no bias.</summary>
    public static Tensor plus(this Tensor product, Tensor? bias) => bias is null ? product : product + bias;

    /// <summary>Every number rounded to float16.</summary>
    public static Tensor to_half(this Tensor x) => x.each(number => (float)(Half)number);
}
