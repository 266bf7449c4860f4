namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Views of a part, or of one part many times.</content>
    public sealed partial class Tensor
    {
        /// <summary>A view of the memory with any sizes and strides.</summary>
        /// <param name="size">The sizes.</param>
        /// <param name="strides">The distances between neighbours, in elements; none is negative.</param>
        /// <param name="storageOffset">The place of the first element in the memory, in elements.</param>
        /// <exception cref="ArgumentException">The view would leave the memory, or the lengths differ.</exception>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            var places = _storage.Length / PerElement(dtype);
            var fits = size.Length == strides.Length && strides.All(stride => stride >= 0) && storageOffset >= 0;
            if (!fits || Reach(size, strides) + storageOffset > places)
            {
                var wanted = $"{Shapes.Text(size)} with strides {Shapes.Text(strides)} from {storageOffset}";
                throw new ArgumentException($"as_strided: {wanted} leaves the {places} elements");
            }

            return new(_storage, dtype, [.. size], [.. strides], storageOffset);
        }

        /// <summary>The place of the first element in the memory, in elements.</summary>
        public long storage_offset() => _offset;

        /// <summary><paramref name="length"/> elements along a dimension, from <paramref name="start"/> on.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension or range.</exception>
        public Tensor narrow(long dim, long start, long length)
        {
            var at = Shapes.Dim(dim, _sizes.Length);
            if (start < 0 || length < 0 || start > _sizes[at] - length)
            {
                throw new ArgumentOutOfRangeException(nameof(start), $"narrow: {length} from {start} leaves dimension {at} of {Text}");
            }
            return View([.. _sizes[..at], length, .. _sizes[(at + 1)..]], [.. _strides], start * _strides[at]);
        }

        /// <summary>Parts of <paramref name="size"/> elements along a dimension; the last may be smaller.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The size is not positive, or there is no such dimension.</exception>
        public Tensor[] split(long size, int dim = 0)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
            var total = this.size(dim);
            var parts = Math.Max(1, ((total - 1) / size) + 1);
            return [.. Enumerable.Range(0, (int)parts).Select(part => narrow(dim, part * size, Math.Min(size, total - (part * size))))];
        }

        /// <summary>Repeats dimensions of size 1 up to the given size and adds dimensions in front; -1 keeps a size.</summary>
        /// <exception cref="ArgumentException">A dimension has another size than 1 or the wanted one.</exception>
        public Tensor expand(params long[] sizes)
        {
            var added = sizes.Length - _sizes.Length;
            var (wanted, repeated) = (sizes.ToArray(), new long[sizes.Length]);
            for (var dim = 0; dim < sizes.Length; dim++)
            {
                var own = dim < added ? 1 : _sizes[dim - added];
                if (wanted[dim] == -1 && dim >= added) { wanted[dim] = own; }
                if (own == wanted[dim] && dim >= added) { repeated[dim] = _strides[dim - added]; }
                else if (own != 1) { throw CannotExpand(sizes); }
            }

            return added >= 0 && Shapes.Count(wanted) >= 0 ? View(wanted, repeated) : throw CannotExpand(sizes);
        }

        private ArgumentException CannotExpand(long[] wanted) =>
            new($"expand: {Text} cannot become {Shapes.Text(wanted)}: only dimensions of size 1 repeat");

        /// <summary>The number of places in memory from the first to the last element, both included.</summary>
        private static Int128 Reach(long[] size, long[] strides) => Shapes.Count(size) == 0
            ? 0
            : size.Zip(strides).Aggregate((Int128)1, (reach, dim) => reach + ((Int128)(dim.First - 1) * dim.Second));
    }
}
