using System.Runtime.CompilerServices;

namespace Llama3.Tensors;

/// <content>The priorities make a literal 0 a size: C# could also take it for the dtype with number 0.</content>
public static partial class torch
{
    /// <summary>A tensor of the given sizes, all elements equal.</summary>
    /// <param name="size">The sizes.</param>
    /// <param name="value">The element.</param>
    /// <param name="dtype">By default Int64 for an integer, Float32 for another number.</param>
    /// <exception cref="ArgumentException">A size is negative, or the tensor does not fit into an array.</exception>
    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null)
    {
        var number = value.ToTensor();
        return number.to_type(dtype ?? number.dtype).expand(size).contiguous();
    }

    /// <inheritdoc cref="full(long[], Scalar, ScalarType?)"/>
    public static Tensor full(long size, Scalar value, ScalarType? dtype = null) => full([size], value, dtype);

    /// <inheritdoc cref="full(long[], Scalar, ScalarType?)"/>
    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null) => full([rows, columns], value, dtype);

    /// <inheritdoc cref="full(long[], Scalar, ScalarType?)"/>
    public static Tensor full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null) =>
        full([dim0, dim1, dim2], value, dtype);

    /// <inheritdoc cref="full(long[], Scalar, ScalarType?)"/>
    public static Tensor full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null) =>
        full([dim0, dim1, dim2, dim3], value, dtype);

    /// <summary>Zeros, Float32 unless another dtype is asked for.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the tensor does not fit into an array.</exception>
    public static Tensor zeros(long[] size, ScalarType? dtype = null) => full(size, 0, dtype ?? ScalarType.Float32);

    /// <inheritdoc cref="zeros(long[], ScalarType?)"/>
    public static Tensor zeros(long size, ScalarType? dtype = null) => zeros([size], dtype);

    /// <inheritdoc cref="zeros(long[], ScalarType?)"/>
    [OverloadResolutionPriority(1)]
    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null) => zeros([rows, columns], dtype);

    /// <inheritdoc cref="zeros(long[], ScalarType?)"/>
    [OverloadResolutionPriority(2)]
    public static Tensor zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null) =>
        zeros([dim0, dim1, dim2], dtype);

    /// <inheritdoc cref="zeros(long[], ScalarType?)"/>
    [OverloadResolutionPriority(3)]
    public static Tensor zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null) =>
        zeros([dim0, dim1, dim2, dim3], dtype);

    /// <summary>Ones, Float32 unless another dtype is asked for.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the tensor does not fit into an array.</exception>
    public static Tensor ones(long[] size, ScalarType? dtype = null) => full(size, 1, dtype ?? ScalarType.Float32);

    /// <inheritdoc cref="ones(long[], ScalarType?)"/>
    public static Tensor ones(long size, ScalarType? dtype = null) => ones([size], dtype);

    /// <inheritdoc cref="ones(long[], ScalarType?)"/>
    [OverloadResolutionPriority(1)]
    public static Tensor ones(long rows, long columns, ScalarType? dtype = null) => ones([rows, columns], dtype);

    /// <inheritdoc cref="ones(long[], ScalarType?)"/>
    [OverloadResolutionPriority(2)]
    public static Tensor ones(long dim0, long dim1, long dim2, ScalarType? dtype = null) =>
        ones([dim0, dim1, dim2], dtype);

    /// <inheritdoc cref="ones(long[], ScalarType?)"/>
    [OverloadResolutionPriority(3)]
    public static Tensor ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null) =>
        ones([dim0, dim1, dim2, dim3], dtype);

    /// <summary>A tensor with unspecified elements; here they are zero.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the tensor does not fit into an array.</exception>
    public static Tensor empty(long[] size, ScalarType? dtype = null) => zeros(size, dtype);

    /// <inheritdoc cref="empty(long[], ScalarType?)"/>
    public static Tensor empty(long size, ScalarType? dtype = null) => zeros(size, dtype);

    /// <inheritdoc cref="empty(long[], ScalarType?)"/>
    [OverloadResolutionPriority(1)]
    public static Tensor empty(long rows, long columns, ScalarType? dtype = null) => zeros(rows, columns, dtype);

    /// <inheritdoc cref="empty(long[], ScalarType?)"/>
    [OverloadResolutionPriority(2)]
    public static Tensor empty(long dim0, long dim1, long dim2, ScalarType? dtype = null) =>
        zeros(dim0, dim1, dim2, dtype);

    /// <inheritdoc cref="empty(long[], ScalarType?)"/>
    [OverloadResolutionPriority(3)]
    public static Tensor empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null) =>
        zeros(dim0, dim1, dim2, dim3, dtype);

    /// <summary>Zeros in the shape of another tensor, and in its dtype unless another is asked for.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null) => zeros(input.shape, dtype ?? input.dtype);

    /// <summary>Ones in the shape of another tensor, and in its dtype unless another is asked for.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null) => ones(input.shape, dtype ?? input.dtype);
}
