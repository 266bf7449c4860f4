namespace Llama3.Checking.Mistakes;

/// <summary>Arithmetic on single numbers that tensors do not have.</summary>
internal static class Elements
{
    /// <summary>Every number changed on its own, in the same shape and dtype.</summary>
    public static Tensor each(this Tensor x, Func<float, float> change) =>
        torch.tensor(Array.ConvertAll(x.ToSingles(), number => change(number)), x.shape).to_type(x.dtype);

    /// <summary>Every number rounded to float16.</summary>
    public static Tensor to_half(this Tensor x) => x.each(number => (float)(Half)number);
}
