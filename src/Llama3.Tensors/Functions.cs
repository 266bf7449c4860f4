using System.Runtime.CompilerServices;

namespace Llama3.Tensors;

/// <summary>The part of PyTorch that Llama 3 needs, spelled as in PyTorch and TorchSharp.</summary>
/// <remarks>Most functions are methods of <see cref="Tensor"/> as well; the description stands there.</remarks>
public static partial class torch
{
    /// <summary>See <see cref="Tensor.matmul"/>.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>See <see cref="Tensor.mm"/>.</summary>
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    /// <summary>See <see cref="Tensor.bmm"/>.</summary>
    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    /// <summary>See <see cref="Tensor.outer"/>.</summary>
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    /// <summary>See <see cref="Tensor.add(Tensor)"/>.</summary>
    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    /// <summary>See <see cref="Tensor.add(Scalar)"/>.</summary>
    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    /// <summary>See <see cref="Tensor.sub(Tensor)"/>.</summary>
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    /// <summary>See <see cref="Tensor.sub(Scalar)"/>.</summary>
    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    /// <summary>See <see cref="Tensor.mul(Tensor)"/>.</summary>
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    /// <summary>See <see cref="Tensor.mul(Scalar)"/>.</summary>
    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    /// <summary>See <see cref="Tensor.div(Tensor)"/>.</summary>
    public static Tensor div(Tensor left, Tensor right) => left.div(right);

    /// <summary>See <see cref="Tensor.div(Scalar)"/>.</summary>
    public static Tensor div(Tensor left, Scalar right) => left.div(right);

    /// <summary>See <see cref="Tensor.neg"/>.</summary>
    public static Tensor neg(Tensor input) => input.neg();

    /// <summary>See <see cref="Tensor.abs"/>.</summary>
    public static Tensor abs(Tensor input) => input.abs();

    /// <summary>See <see cref="Tensor.exp"/>.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>See <see cref="Tensor.sqrt"/>.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>See <see cref="Tensor.rsqrt"/>.</summary>
    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    /// <summary>See <see cref="Tensor.cos"/>.</summary>
    public static Tensor cos(Tensor input) => input.cos();

    /// <summary>See <see cref="Tensor.sin"/>.</summary>
    public static Tensor sin(Tensor input) => input.sin();

    /// <summary>See <see cref="Tensor.pow(Tensor)"/>.</summary>
    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    /// <summary>See <see cref="Tensor.pow(Scalar)"/>.</summary>
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    /// <summary>A number to the power of each element.</summary>
    /// <exception cref="InvalidOperationException">Both are integers, or the tensor is complex.</exception>
    public static Tensor pow(Scalar left, Tensor exponent) => Tensor.Pow(left, exponent);

    /// <summary>See <see cref="Tensor.softmax"/>.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    /// <summary>See <see cref="Tensor.sum(ScalarType?)"/>.</summary>
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    /// <summary>See <see cref="Tensor.sum(long, bool, ScalarType?)"/>.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    /// <summary>See <see cref="Tensor.mean()"/>.</summary>
    public static Tensor mean(Tensor input) => input.mean();

    /// <summary>See <see cref="Tensor.mean(long[], bool, ScalarType?)"/>.</summary>
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
        input.mean(dimensions, keepdim, type);

    /// <summary>See <see cref="Tensor.max(long, bool)"/>.</summary>
    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    /// <summary>See <see cref="Tensor.argmax()"/>.</summary>
    public static Tensor argmax(Tensor input) => input.argmax();

    /// <summary>See <see cref="Tensor.argmax(long, bool)"/>.</summary>
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    /// <summary>See <see cref="Tensor.topk"/>.</summary>
    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true) =>
        tensor.topk(k, dim, largest);

    /// <summary>See <see cref="Tensor.triu"/>.</summary>
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    /// <summary>See <see cref="Tensor.index_select"/>.</summary>
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    /// <summary>See <see cref="Tensor.reshape"/>.</summary>
    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    /// <summary>See <see cref="Tensor.transpose"/>.</summary>
    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);

    /// <summary>See <see cref="Tensor.permute"/>.</summary>
    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);

    /// <summary>See <see cref="Tensor.view_as_complex"/>.</summary>
    public static Tensor view_as_complex(Tensor input) => input.view_as_complex();

    /// <summary>See <see cref="Tensor.view_as_real"/>.</summary>
    public static Tensor view_as_real(Tensor input) => input.view_as_real();
}
