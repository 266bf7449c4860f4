namespace Llama3.Tensors;

/// <summary>The part of PyTorch that Llama 3 needs, spelled as in PyTorch and TorchSharp.</summary>
/// <remarks>
/// Where PyTorch has a function and a method, the function is here only if Llama 3 calls it; the method of <see cref="Tensor"/> has the
/// description.
/// </remarks>
public static partial class torch
{
    /// <summary>See <see cref="Tensor.matmul"/>.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>See <see cref="Tensor.outer"/>.</summary>
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    /// <summary>See <see cref="Tensor.rsqrt"/>.</summary>
    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    /// <summary>A number to the power of each element.</summary>
    /// <exception cref="InvalidOperationException">Both are integers, or the tensor is complex.</exception>
    public static Tensor pow(Scalar left, Tensor exponent) => Tensor.Pow(left, exponent);

    /// <summary>See <see cref="Tensor.argmax(long, bool)"/>.</summary>
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    /// <summary>See <see cref="Tensor.triu"/>.</summary>
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    /// <summary>See <see cref="Tensor.view_as_complex"/>.</summary>
    public static Tensor view_as_complex(Tensor input) => input.view_as_complex();

    /// <summary>See <see cref="Tensor.view_as_real"/>.</summary>
    public static Tensor view_as_real(Tensor input) => input.view_as_real();
}
