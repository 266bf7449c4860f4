namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Views: other shapes and orders of the same memory.</content>
    public sealed partial class Tensor
    {
        /// <summary>The same elements in another shape, without a copy. One size may be -1: it follows from the others.</summary>
        /// <exception cref="ArgumentException">The shape has another number of elements, or would need a copy.</exception>
        public Tensor view(params long[] shape)
        {
            var wanted = Inferred(shape);
            return Shapes.ViewStrides(_sizes, _strides, wanted) is { } viewStrides
                ? View(wanted, viewStrides)
                : throw new ArgumentException(
                    $"view: {Text} with strides {Shapes.Text(_strides)} cannot be viewed as {Shapes.Text(wanted)} without a copy; use .reshape(...)");
        }

        /// <summary>As <see cref="view"/>, but copies where a view cannot show the shape.</summary>
        /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
        public Tensor reshape(params long[] shape)
        {
            var wanted = Inferred(shape);
            return Shapes.ViewStrides(_sizes, _strides, wanted) is { } viewStrides ? View(wanted, viewStrides) : Gather([this], wanted);
        }

        /// <summary>The same elements with a handle of its own.</summary>
        public Tensor alias() => View(_sizes, _strides);

        /// <summary>Two dimensions exchanged.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public Tensor transpose(long dim0, long dim1)
        {
            var order = Enumerable.Range(0, _sizes.Length).ToArray();
            var (first, second) = (Shapes.Dim(dim0, _sizes.Length), Shapes.Dim(dim1, _sizes.Length));
            (order[first], order[second]) = (second, first);
            return Permuted(order);
        }

        /// <summary>All dimensions in reverse order.</summary>
        public Tensor T => Permuted([.. Enumerable.Range(0, _sizes.Length).Reverse()]);

        /// <summary>The dimensions in another order: dimension i of the result is dimension permutation[i] of this tensor.</summary>
        /// <exception cref="ArgumentException">Not every dimension occurs exactly once.</exception>
        public Tensor permute(params long[] permutation)
        {
            var order = permutation.Select(dim => Shapes.Dim(dim, _sizes.Length)).ToArray();
            if (order.Length != _sizes.Length || order.Distinct().Count() != _sizes.Length)
            {
                throw new ArgumentException($"permute: {Shapes.Text(permutation)} does not name each dimension of {Text} once");
            }
            return Permuted(order);
        }

        /// <summary>A new dimension of size 1 before dimension <paramref name="dim"/> of the result.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
        public Tensor unsqueeze(long dim)
        {
            var at = Shapes.Dim(dim, _sizes.Length + 1);
            return View([.. _sizes[..at], 1, .. _sizes[at..]], [.. _strides[..at], 1, .. _strides[at..]]);
        }

        /// <summary>Without dimension <paramref name="dim"/> if its size is 1; without all dimensions of size 1 if none is given.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public Tensor squeeze(long? dim = null)
        {
            var only = dim is { } named ? Shapes.Dim(named, _sizes.Length) : -1;
            var kept = Enumerable.Range(0, _sizes.Length).Where(d => _sizes[d] != 1 || (only >= 0 && d != only));
            return Permuted([.. kept]);
        }

        /// <summary>A view that begins <paramref name="start"/> elements further on; a view without elements begins at 0.</summary>
        private Tensor View(long[] viewSizes, long[] viewStrides, long start = 0) =>
            new(_storage, dtype, viewSizes, viewStrides, viewSizes.Contains(0) ? 0 : _offset + start);

        /// <summary>Some dimensions in the given order; the others must have size 1.</summary>
        private Tensor Permuted(int[] order) => View([.. order.Select(dim => _sizes[dim])], [.. order.Select(dim => _strides[dim])]);

        /// <summary>The shape with its -1 filled in, checked against the number of elements.</summary>
        private long[] Inferred(ReadOnlySpan<long> wanted)
        {
            var shape = wanted.ToArray();
            var unknown = shape.IndexOf(-1);
            if (unknown >= 0)
            {
                shape[unknown] = 1;
                var known = Shapes.Count(shape);
                shape[unknown] = known == 0 ? 0 : numel() / known;
            }

            return Shapes.Count(shape) == numel()
                ? shape
                : throw new ArgumentException($"shape {Shapes.Text(wanted)} does not fit the {numel()} elements of {Text}");
        }
    }
}
