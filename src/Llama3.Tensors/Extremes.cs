using System.Numerics;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>The largest elements. NaN counts as larger than every number, as in torch.</content>
    public sealed partial class Tensor
    {
        private static readonly Comparer<float> NaNLast = Comparer<float>.Create(
            static (x, y) => float.IsNaN(x) || float.IsNaN(y) ? float.IsNaN(x).CompareTo(float.IsNaN(y)) : x.CompareTo(y));

        /// <summary>The position of the largest of all elements in row-major order: of the first, where several are equal.</summary>
        /// <exception cref="ArgumentException">There are no elements.</exception>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor argmax() => reshape(-1).argmax(0);

        /// <summary>The position of the largest element along a dimension: of the first, where several are equal.</summary>
        /// <exception cref="ArgumentException">The dimension is empty.</exception>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor argmax(long dim, bool keepdim = false) => dtype == ScalarType.Int64
            ? Largest(dim, keepdim, static tensor => tensor.RowMajor<long>(), IndexOfLargest, nameof(argmax))
            : Largest(dim, keepdim, static tensor => tensor.Singles(), IndexOfLargest, nameof(argmax));

        /// <summary>The largest element along a dimension, and its position.</summary>
        /// <exception cref="ArgumentException">The dimension is empty.</exception>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            var values = dtype == ScalarType.Int64
                ? Largest(dim, keepdim, static tensor => tensor.RowMajor<long>(), static row => row[(int)IndexOfLargest(row)], nameof(max))
                : Largest(dim, keepdim, static tensor => tensor.Singles(), static row => row[(int)IndexOfLargest(row)], nameof(max));
            return (values.to_type(dtype), argmax(dim, keepdim));
        }

        /// <summary>The k largest elements along a dimension, largest first, and their positions; of equal ones, the first come first.</summary>
        /// <param name="k">How many.</param>
        /// <param name="dim">The dimension; -1 is the last.</param>
        /// <param name="largest">False for the smallest, smallest first.</param>
        /// <exception cref="ArgumentOutOfRangeException">The dimension has fewer than k elements.</exception>
        /// <exception cref="InvalidOperationException">The tensor is Int64 or complex.</exception>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true)
        {
            RequireFloatingPoint(nameof(topk));
            var length = (int)size(dim);
            if (k < 0 || k > length)
            {
                throw new ArgumentOutOfRangeException(nameof(k), $"topk: dimension {dim} of {Text} has {length} elements, not {k}");
            }
            var last = transpose(dim, -1);
            var rows = last.ToSingles().Chunk(Math.Max(1, length)).ToArray();
            var chosen = rows.Select(row => Ranked(row, largest).Take(k).ToArray()).ToArray();
            float[] values = [.. rows.Zip(chosen, (row, positions) => positions.Select(i => row[i])).SelectMany(row => row)];
            int[] indexes = [.. chosen.SelectMany(positions => positions)];
            long[] shape = [.. last._sizes[..^1], k];
            return (tensor(values, shape, dtype).transpose(dim, -1).contiguous(), tensor(indexes, shape).transpose(dim, -1).contiguous());
        }

        /// <summary>The positions in a row, largest or smallest element first.</summary>
        private static IEnumerable<int> Ranked(float[] row, bool largest)
        {
            var positions = Enumerable.Range(0, row.Length);
            return largest ? positions.OrderByDescending(i => row[i], NaNLast) : positions.OrderBy(i => row[i], NaNLast);
        }

        private Tensor Largest<T, TResult>(
            long dim, bool keepdim, Func<Tensor, ReadOnlyMemory<T>> read, Func<ReadOnlySpan<T>, TResult> kernel, string operation)
            where TResult : unmanaged
        {
            RequireReal(operation);
            if (size((int)dim) == 0)
            {
                throw new ArgumentException($"{operation}: dimension {dim} of {Text} is empty");
            }
            return Reduce([dim], keepdim, read, kernel);
        }

        /// <summary>Not TensorPrimitives.IndexOfMax, which ranks +0 above -0: to torch they are equal, and the first one wins.</summary>
        private static long IndexOfLargest<T>(ReadOnlySpan<T> row)
            where T : INumber<T>
        {
            var largest = 0;
            for (var i = 1; i < row.Length && !T.IsNaN(row[largest]); i++)
            {
                if (row[i] > row[largest] || T.IsNaN(row[i])) { largest = i; }
            }
            return largest;
        }
    }
}
