using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Sums and means. BFloat16 is summed in float32 and rounded once.</content>
    public sealed partial class Tensor
    {
        /// <summary>The sum of all elements.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor sum(ScalarType? type = null) => sum([], type: type);

        /// <summary>The sum along one dimension. The priority makes sum(0) mean a dimension, not the dtype with number 0.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        [OverloadResolutionPriority(1)]
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        /// <summary>The sum along some dimensions; along all if none is given.</summary>
        /// <param name="dim">The dimensions.</param>
        /// <param name="keepdim">Keep the summed dimensions, with size 1.</param>
        /// <param name="type">Convert to this dtype first.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
        {
            RequireReal(nameof(sum));
            var terms = to_type(type ?? dtype);
            return terms.dtype == ScalarType.Int64
                ? terms.Reduce(dim, keepdim, static terms => terms.RowMajor<long>(), TensorPrimitives.Sum)
                : terms.Reduce(dim, keepdim, static terms => terms.Singles(), TensorPrimitives.Sum).to_type(terms.dtype);
        }

        /// <summary>The mean of all elements.</summary>
        /// <exception cref="InvalidOperationException">The tensor is Int64 or complex.</exception>
        public Tensor mean() => mean([]);

        /// <summary>The mean along some dimensions; along all if none is given. The mean of no elements is NaN.</summary>
        /// <param name="dimensions">The dimensions.</param>
        /// <param name="keepdim">Keep the dimensions, with size 1.</param>
        /// <param name="type">Convert to this dtype first.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        /// <exception cref="InvalidOperationException">The tensor is Int64 or complex.</exception>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            var terms = to_type(type ?? dtype);
            terms.RequireFloatingPoint(nameof(mean));
            return terms.Reduce(dimensions, keepdim, static terms => terms.Singles(), MeanOfRow).to_type(terms.dtype);

            static float MeanOfRow(ReadOnlySpan<float> row) => TensorPrimitives.Sum(row) / row.Length;
        }

        /// <summary>For each place in the other dimensions, one result from the elements along the given ones (none means all).</summary>
        private Tensor Reduce<T, TResult>(
            long[] dimensions, bool keepdim, Func<Tensor, ReadOnlyMemory<T>> read, Func<ReadOnlySpan<T>, TResult> kernel)
            where TResult : unmanaged
        {
            var all = Enumerable.Range(0, _sizes.Length).ToArray();
            var reduced = dimensions is [] ? all : [.. dimensions.Select(dim => Shapes.Dim(dim, _sizes.Length))];
            var kept = all.Except(reduced).ToArray();
            var rows = read(Permuted([.. kept, .. reduced.Distinct()]));
            var result = new TResult[Shapes.ArrayLength(Permuted(kept)._sizes)];
            var length = result is [] ? 0 : rows.Length / result.Length;
            ForBlocks(result.Length, rows.Length * WorkOfElement, (first, end) =>
            {
                for (var row = first; row < end; row++) { result[row] = kernel(rows.Span.Slice(row * length, length)); }
            });
            var shape = keepdim ? all.Select(dim => reduced.Contains(dim) ? 1 : _sizes[dim]) : kept.Select(dim => _sizes[dim]);
            return Over<TResult>(result, [.. shape], typeof(TResult) == typeof(long) ? ScalarType.Int64 : ScalarType.Float32);
        }

        private void RequireFloatingPoint(string operation)
        {
            if (dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
            {
                throw new InvalidOperationException($"{operation} needs floating-point numbers, not {dtype}; convert with .to_type(...)");
            }
        }
    }
}
