namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>
    /// Numbers of one type in a rectangle of any number of dimensions, or a view of another tensor's numbers.
    /// It does not change: every operation gives a new tensor or a view, but for <see cref="copy_"/>.
    /// </summary>
    public sealed partial class Tensor : IDisposable
    {
        private readonly Storage _storage;
        private readonly long[] _sizes;
        private readonly long[] _strides;
        private readonly long _offset;

        private Tensor(Storage storage, ScalarType dtype, long[] sizes, long[] strides, long offset) =>
            (_storage, this.dtype, _sizes, _strides, _offset) = (storage, dtype, sizes, strides, offset);

        /// <summary>The type of the elements.</summary>
        public ScalarType dtype { get; }

        /// <summary>The sizes of the dimensions; empty for a single number.</summary>
        public long[] shape => [.. _sizes];

        /// <summary>The number of dimensions.</summary>
        public long ndim => _sizes.Length;

        /// <summary>The number of elements.</summary>
        public long numel() => Shapes.Count(_sizes);

        /// <summary>The size of one dimension; -1 is the last.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long size(int dim) => _sizes[Shapes.Dim(dim, _sizes.Length)];

        /// <summary>The distance in memory between neighbours along each dimension, in elements.</summary>
        public long[] stride() => [.. _strides];

        /// <summary>The distance in memory between neighbours along one dimension, in elements.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long stride(int dim) => _strides[Shapes.Dim(dim, _sizes.Length)];

        /// <summary>Whether the elements are in memory in row-major order, without gaps.</summary>
        public bool is_contiguous()
        {
            var rowMajor = Shapes.RowMajor(_sizes);
            return numel() == 0 || Enumerable.Range(0, _sizes.Length).All(dim => _sizes[dim] == 1 || _strides[dim] == rowMajor[dim]);
        }

        /// <summary>Does nothing: the garbage collector frees the memory. It exists because the memory of libtorch needs it.</summary>
        public void Dispose()
        {
        }

        /// <summary>Does nothing, see <see cref="DisposeScope"/>.</summary>
        public Tensor MoveToOuterDisposeScope() => this;

        /// <summary>The dtype in memory: that of the tensor, or BFloat16 for a Float32 that was converted from it; null for packed numbers.</summary>
        private ScalarType? Stored => _storage switch
        {
            Storage<ushort> => ScalarType.BFloat16,
            PackedStorage => null,
            _ => dtype,
        };

        /// <summary>The shape as error messages show it.</summary>
        private string Text => Shapes.Text(_sizes);

        /// <summary>Does nothing, see <see cref="DisposeScope"/>.</summary>
        public Tensor DetachFromDisposeScope() => this;

        internal bool SharesStorageWith(Tensor other) => ReferenceEquals(_storage, other._storage);
    }
}
