using System.Numerics.Tensors;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>The kernel of the matrix products.</content>
    public sealed partial class Tensor
    {
        /// <summary>[B, M, K] x [B, K, N] = [B, M, N].</summary>
        private static Tensor Product(Tensor left, Tensor right)
        {
            long[] shape = [left._sizes[0], left._sizes[1], right._sizes[2]];
            var result = new float[Shapes.ArrayLength(shape)];
            var x = left.Singles();
            for (var i = 0; i < shape[0]; i++)
            {
                var columns = right[i].T;
                if (columns._strides[1] != 1) { columns = columns.contiguous(); }
                MultiplyByColumns(x[Part(x.Length, i)], columns, result.AsMemory(Part(result.Length, i)));
            }

            return Over<float>(result, shape, ScalarType.Float32).to_type(left.dtype);

            Range Part(int length, int i) => new(length / (int)shape[0] * i, length / (int)shape[0] * (i + 1));
        }

        /// <summary>
        /// result[m, n] = x[m] · columns[n]. The columns are the rows of a weight W in x.matmul(W.T): each is read where it
        /// lies, widened into a small buffer if it is BFloat16, and used for all rows of x before the next is read.
        /// </summary>
        private static void MultiplyByColumns(ReadOnlyMemory<float> x, Tensor columns, Memory<float> result)
        {
            var (n, k) = ((int)columns._sizes[0], (int)columns._sizes[1]);
            if (result.IsEmpty || k == 0) { return; }
            ForBlocks(n, (long)x.Length * n, (first, end) =>
            {
                var rows = x.Span;
                var sums = result.Span;
                var buffer = new float[k];
                for (var column = first; column < end; column++)
                {
                    var values = columns.Row(column, buffer);
                    for (var (row, sum) = (0, column); row < rows.Length; row += k, sum += n)
                    {
                        sums[sum] = TensorPrimitives.Dot(rows.Slice(row, k), values);
                    }
                }
            });
        }

        /// <summary>A row of a matrix as float32: in place, or widened into <paramref name="buffer"/>.</summary>
        private ReadOnlySpan<float> Row(int row, float[] buffer)
        {
            var start = (int)(_offset + (row * _strides[0]));
            if (dtype == ScalarType.Float32) { return Elements<float>().Span.Slice(start, buffer.Length); }
            BFloat16Bits.Widen(Elements<ushort>().Span.Slice(start, buffer.Length), buffer);
            return buffer;
        }
    }
}
