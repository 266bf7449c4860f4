using System.Numerics.Tensors;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Softmax.</content>
    public sealed partial class Tensor
    {
        /// <summary>The cost of an exponential and its sum, in multiplications.</summary>
        private const int WorkOfExp = 16;

        /// <summary>e^x divided by the sum of e^x along a dimension: weights that add up to 1.</summary>
        /// <param name="dim">The dimension; -1 is the last.</param>
        /// <param name="dtype">Convert to this dtype first.</param>
        /// <remarks>-inf gives 0; if all elements are -inf, all results are NaN, as in torch.</remarks>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        /// <exception cref="InvalidOperationException">The tensor is Int64 or complex.</exception>
        public Tensor softmax(long dim, ScalarType? dtype = null)
        {
            var scores = to_type(dtype ?? this.dtype);
            scores.RequireFloatingPoint(nameof(softmax));
            var last = scores.transpose(dim, -1);
            var result = last.ToSingles();
            var length = (int)last._sizes[^1];
            ForBlocks(result is [] ? 0 : result.Length / length, WorkOfExp * (long)result.Length, (first, end) =>
            {
                for (var row = first; row < end; row++) { SoftmaxOfRow(result.AsSpan(row * length, length)); }
            });
            return Over<float>(result, last._sizes, ScalarType.Float32).transpose(dim, -1).contiguous().to_type(scores.dtype);
        }

        /// <summary>With the largest score subtracted, no power overflows, and the quotient stays the same.</summary>
        private static void SoftmaxOfRow(Span<float> row)
        {
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.Exp(row, row);
            TensorPrimitives.Divide(row, TensorPrimitives.Sum<float>(row), row);
        }
    }

    /// <summary>Neural networks.</summary>
    public static class nn
    {
        /// <summary>The functions without state.</summary>
        public static class functional
        {
            /// <summary>See <see cref="Tensor.softmax"/>.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
        }
    }
}
