using System.Runtime.CompilerServices;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Indexing: every form gives a view.</content>
    public sealed partial class Tensor
    {
        /// <summary>The part that Python's x[i, a:b, ..., None] gives.</summary>
        /// <exception cref="ArgumentOutOfRangeException">An integer is out of range.</exception>
        /// <exception cref="ArgumentException">There are more indices than dimensions.</exception>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices] => index(indices);

        /// <summary>The part at an integer of each first dimension; those dimensions go away.</summary>
        /// <exception cref="ArgumentOutOfRangeException">An integer is out of range.</exception>
        /// <exception cref="ArgumentException">There are more indices than dimensions.</exception>
        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices] => index([.. indices.Select(TensorIndex (i) => i)]);

        /// <summary>The part that Python's x[i, a:b, ..., None] gives.</summary>
        /// <exception cref="ArgumentOutOfRangeException">An integer is out of range.</exception>
        /// <exception cref="ArgumentException">There are more indices than dimensions.</exception>
        public Tensor index(params TensorIndex[] indices)
        {
            var named = indices.Count(i => i.Kind is IndexKind.Single or IndexKind.Slice);
            if (named > _sizes.Length)
            {
                throw new ArgumentException($"index: {named} indices are too many for {Text}");
            }
            var (result, dim) = (this, 0);
            foreach (var index in indices)
            {
                result = index.Kind switch
                {
                    IndexKind.Single => result.Select(dim, index.Start ?? 0),
                    IndexKind.Slice => result.Sliced(dim++, index),
                    IndexKind.NewDimension => result.unsqueeze(dim++),
                    _ => result,
                };
                if (index.Kind == IndexKind.Ellipsis) { dim += _sizes.Length - named; }
            }

            return result;
        }

        /// <summary>One element of a dimension, which goes away; -1 is the last.</summary>
        private Tensor Select(int dim, long index)
        {
            var size = _sizes[dim];
            if (index < -size || index >= size)
            {
                throw new ArgumentOutOfRangeException(nameof(index), $"index {index} is out of range for dimension {dim} of {Text}");
            }
            return narrow(dim, index < 0 ? index + size : index, 1).Without(dim);
        }

        /// <summary>Python's rules: negative positions count from the end, and positions outside the dimension are cut off.</summary>
        private Tensor Sliced(int dim, TensorIndex slice)
        {
            var size = _sizes[dim];
            var step = slice.Step ?? 1;
            if (step < 1) { throw new ArgumentException($"index: the step of a slice must be positive, not {step}"); }
            var start = Position(slice.Start ?? 0);
            var length = Math.Max(0, Position(slice.Stop ?? size) - start);
            var part = narrow(dim, start, length);
            if (step == 1) { return part; }
            return part.View(With(part._sizes, dim, ((length - 1) / step) + Math.Sign(length)), With(_strides, dim, _strides[dim] * step));

            long Position(long index) => Math.Clamp(index < 0 ? index + size : index, 0, size);
        }

        private Tensor Without(int dim) => View([.. _sizes[..dim], .. _sizes[(dim + 1)..]], [.. _strides[..dim], .. _strides[(dim + 1)..]]);

        private static long[] With(long[] values, int at, long value) => [.. values[..at], value, .. values[(at + 1)..]];
    }
}
