namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>A single Float32, unless another dtype is asked for.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null) => tensor([(float)scalar], [], dtype);

    /// <summary>A single Float32.</summary>
    public static Tensor tensor(float scalar) => tensor([scalar], []);

    /// <summary>A single Int64, unless another dtype is asked for.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null) => tensor([scalar], [], dtype);

    /// <summary>One dimension of Float32, unless another dtype is asked for; the array is copied.</summary>
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null) => tensor(rawArray, [rawArray.Length], dtype);

    /// <summary>One dimension of Int64, unless another dtype is asked for; the array is copied.</summary>
    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null) => tensor(dataArray, [dataArray.Length], dtype);

    /// <summary>One dimension of Int64, unless another dtype is asked for; the array is copied.</summary>
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null) => tensor(rawArray, [rawArray.Length], dtype);

    /// <summary>Float32 in row-major order, unless another dtype is asked for; the array is copied.</summary>
    /// <exception cref="ArgumentException">The dimensions need another number of values.</exception>
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null) =>
        Tensor.Over<float>(rawArray.ToArray(), dimensions, ScalarType.Float32).to_type(dtype ?? ScalarType.Float32);

    /// <summary>Int64 in row-major order, unless another dtype is asked for; the array is copied.</summary>
    /// <exception cref="ArgumentException">The dimensions need another number of values.</exception>
    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null) =>
        Tensor.Over<long>(dataArray.ToArray(), dimensions, ScalarType.Int64).to_type(dtype ?? ScalarType.Int64);

    /// <summary>Int64 in row-major order, unless another dtype is asked for; the array is copied.</summary>
    /// <exception cref="ArgumentException">The dimensions need another number of values.</exception>
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null) =>
        tensor(Array.ConvertAll(rawArray, value => (long)value), dimensions, dtype);
}
