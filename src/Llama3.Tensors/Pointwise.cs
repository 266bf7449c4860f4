using System.Numerics.Tensors;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Functions of each element. BFloat16 stays BFloat16, Int64 becomes Float32, complex numbers are refused.</content>
    public sealed partial class Tensor
    {
        private static readonly Operation Power = new(nameof(pow), TensorPrimitives.Pow);

        /// <summary>Without the sign.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor abs() => dtype == ScalarType.Int64 ? Map(TensorPrimitives.Abs).to_type(dtype) : Map(TensorPrimitives.Abs);

        /// <summary>e to the power of each element.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor exp() => Map(TensorPrimitives.Exp);

        /// <summary>The square root.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor sqrt() => Map(TensorPrimitives.Sqrt);

        /// <summary>One divided by the square root.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor rsqrt() => Map(TensorPrimitives.ReciprocalSqrt);

        /// <summary>The cosine of an angle in radians.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor cos() => Map(TensorPrimitives.Cos);

        /// <summary>The sine of an angle in radians.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor sin() => Map(TensorPrimitives.Sin);

        /// <summary>x / (1 + e^-x), the activation of the feed-forward network.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor silu() => Map(static (x, y) =>
        {
            TensorPrimitives.Negate(x, y);
            TensorPrimitives.Exp(y, y);
            TensorPrimitives.Add(y, 1, y);
            TensorPrimitives.Divide(x, y, y);
        });

        /// <summary>Each element to the power of the corresponding exponent; the shapes broadcast.</summary>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        /// <exception cref="InvalidOperationException">Both are integers, or a tensor is complex.</exception>
        public Tensor pow(Tensor exponent) => Apply(Power, this, exponent);

        /// <summary>Each element to the power of a number.</summary>
        /// <remarks>Squares and square roots are computed as such, as in torch: the root of -inf is NaN, its power infinite.</remarks>
        /// <exception cref="InvalidOperationException">Both are integers (other than squares), or the tensor is complex.</exception>
        public Tensor pow(Scalar exponent) => exponent.ToDouble() switch
        {
            2 => mul(this).to_type(Promotion.Of(dtype, exponent)),
            0.5 => sqrt(),
            -0.5 => rsqrt(),
            _ => Apply(Power, this, exponent),
        };

        internal static Tensor Pow(Scalar self, Tensor exponent) =>
            Apply(Power, self.ToTensor(), exponent, Promotion.Of(exponent.dtype, self));
    }
}
