using Llama3.Tensors.Products;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Matrix products.</content>
    public sealed partial class Tensor
    {
        /// <summary>The matrix product [..., M, K] x [..., K, N] = [..., M, N]; the dimensions in front broadcast.</summary>
        /// <remarks>
        /// A single dimension counts as a row on the left, as a column on the right. BFloat16 is summed in float32 and
        /// rounded once. One thread computes an element, in one order: results do not depend on the number of threads.
        /// The right side is read in place if its memory is like that of W.T; otherwise it is copied.
        /// </remarks>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        /// <exception cref="InvalidOperationException">The dtypes differ, or are not Float32 or BFloat16.</exception>
        public Tensor matmul(Tensor target)
        {
            RequireFactors(target);
            if (target.ndim == 1) { return matmul(target.unsqueeze(1)).squeeze(-1); }
            if (ndim == 1) { return unsqueeze(0).matmul(target).squeeze(-2); }
            long[] rows = [.. _sizes[..^1]];
            if (target.ndim == 2)
            {
                var matrix = reshape(1, Shapes.Count(rows), _sizes[^1]);
                return Product(matrix, target.unsqueeze(0), VectorWidths.Widest).view([.. rows, target._sizes[1]]);
            }
            var batch = Shapes.Broadcast(nameof(matmul), _sizes.AsSpan()[..^2], target._sizes.AsSpan()[..^2]);
            return Product(Stacked(this), Stacked(target), VectorWidths.Widest).view([.. batch, _sizes[^2], target._sizes[^1]]);

            Tensor Stacked(Tensor matrices) =>
                matrices.expand([.. batch, .. matrices._sizes[^2..]]).reshape([Shapes.Count(batch), .. matrices._sizes[^2..]]);
        }

        /// <summary>As <see cref="matmul"/>, for two matrices.</summary>
        /// <exception cref="ArgumentException">The tensors are not two matrices that fit.</exception>
        /// <exception cref="InvalidOperationException">The dtypes differ, or are not Float32 or BFloat16.</exception>
        public Tensor mm(Tensor target) => (ndim, target.ndim) is (2, 2)
            ? matmul(target)
            : throw new ArgumentException($"mm: {Text} x {target.Text}: both must be matrices");

        /// <summary>As <see cref="matmul"/>, for two stacks of equally many matrices.</summary>
        /// <exception cref="ArgumentException">The tensors are not two such stacks.</exception>
        /// <exception cref="InvalidOperationException">The dtypes differ, or are not Float32 or BFloat16.</exception>
        public Tensor bmm(Tensor batch2) => (ndim, batch2.ndim) is (3, 3) && _sizes[0] == batch2._sizes[0]
            ? matmul(batch2)
            : throw new ArgumentException($"bmm: {Text} x {batch2.Text}: both must be stacks of equally many matrices");

        /// <summary>Every product of an element of this vector (rows) and one of another (columns).</summary>
        /// <exception cref="ArgumentException">The tensors are not two vectors.</exception>
        public Tensor outer(Tensor vec2) => (ndim, vec2.ndim) is (1, 1)
            ? unsqueeze(1) * vec2
            : throw new ArgumentException($"outer: {Text} and {vec2.Text}: both must have one dimension");

        private void RequireFactors(Tensor target)
        {
            if (dtype != target.dtype)
            {
                throw new InvalidOperationException(
                    $"matmul: expected both to have the same dtype, but got {dtype} and {target.dtype}; convert one with .to_type(...)");
            }

            RequireFloatingPoint(nameof(matmul));
            if (ndim == 0 || target.ndim == 0)
            {
                throw new ArgumentException("matmul: both need at least one dimension; a number takes *");
            }
            RequireInnerSize(target);
        }

        private void RequireInnerSize(Tensor target)
        {
            var isVector = target.ndim == 1;
            var inner = isVector ? target._sizes[0] : target._sizes[^2];
            if (_sizes[^1] == inner) { return; }
            var which = isVector ? "size" : "second-to-last";
            var hint = !isVector && target._sizes[^1] == _sizes[^1] ? "; did you mean .transpose(-2, -1)?" : "";
            throw new ArgumentException(
                $"matmul: {Text} x {target.Text}: the last dimension of the first ({_sizes[^1]}) must equal the {which} "
                + $"of the second ({inner}){hint}");
        }
    }
}
