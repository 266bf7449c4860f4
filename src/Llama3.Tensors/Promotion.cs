namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>Which dtype an operation on two dtypes gives.</summary>
    internal static class Promotion
    {
        /// <summary>From the narrowest to the widest.</summary>
        private static readonly ScalarType[] Order = [ScalarType.Int64, ScalarType.BFloat16, ScalarType.Float32, ScalarType.ComplexFloat32];

        /// <summary>The wider of two dtypes.</summary>
        public static ScalarType Of(ScalarType left, ScalarType right) => Order.IndexOf(left) > Order.IndexOf(right) ? left : right;

        /// <summary>As for dtypes, but a tensor without dimensions gives way like a number.</summary>
        public static ScalarType Of(Tensor left, Tensor right) => (left.ndim, right.ndim) switch
        {
            (0, > 0) => Dominant(right.dtype, left.dtype),
            ( > 0, 0) => Dominant(left.dtype, right.dtype),
            _ => Of(left.dtype, right.dtype),
        };

        /// <summary>A tensor beside a number: the number decides only where it is of another kind.</summary>
        public static ScalarType Of(ScalarType tensor, Scalar number) =>
            tensor == ScalarType.Int64 && !number.IsInteger ? ScalarType.Float32 : tensor;

        private static ScalarType Dominant(ScalarType tensor, ScalarType number) => Kind(number) > Kind(tensor) ? number : tensor;

        /// <summary>Integer, floating-point, complex.</summary>
        private static int Kind(ScalarType dtype) => dtype switch
        {
            ScalarType.Int64 => 0,
            ScalarType.ComplexFloat32 => 2,
            _ => 1,
        };
    }
}
