namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>
    /// Numbers of one type in a rectangle of any number of dimensions, or a view of another tensor's numbers.
    /// It never changes: every operation gives a new tensor or a view.
    /// </summary>
    public sealed partial class Tensor : IDisposable
    {
        private readonly Storage storage;
        private readonly long[] sizes;
        private readonly long[] strides;
        private readonly long offset;

        private Tensor(Storage storage, ScalarType dtype, long[] sizes, long[] strides, long offset) =>
            (this.storage, this.dtype, this.sizes, this.strides, this.offset) = (storage, dtype, sizes, strides, offset);

        /// <summary>The type of the elements.</summary>
        public ScalarType dtype { get; }

        /// <summary>The sizes of the dimensions; empty for a single number.</summary>
        public long[] shape => [.. sizes];

        /// <summary>The number of dimensions.</summary>
        public long ndim => sizes.Length;

        /// <summary>The number of elements.</summary>
        public long numel() => Shapes.Count(sizes);

        /// <summary>The size of one dimension; -1 is the last.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long size(int dim) => sizes[Shapes.Dim(dim, sizes.Length)];

        /// <summary>How far apart in memory neighbours along each dimension lie, counted in elements.</summary>
        public long[] stride() => [.. strides];

        /// <summary>How far apart in memory neighbours along one dimension lie, counted in elements.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long stride(int dim) => strides[Shapes.Dim(dim, sizes.Length)];

        /// <summary>Whether the elements lie in memory in row-major order, without gaps.</summary>
        public bool is_contiguous()
        {
            var rowMajor = Shapes.RowMajor(sizes);
            return numel() == 0 || Enumerable.Range(0, sizes.Length).All(dim => sizes[dim] == 1 || strides[dim] == rowMajor[dim]);
        }

        /// <summary>Does nothing: the garbage collector frees the memory. It is here because libtorch's memory needs it.</summary>
        public void Dispose()
        {
        }

        /// <summary>Does nothing, see <see cref="DisposeScope"/>.</summary>
        public Tensor MoveToOuterDisposeScope() => this;

        /// <summary>The shape as error messages show it.</summary>
        private string Text => Shapes.Text(sizes);

        /// <summary>Does nothing, see <see cref="DisposeScope"/>.</summary>
        public Tensor DetachFromDisposeScope() => this;

        internal bool SharesStorageWith(Tensor other) => ReferenceEquals(storage, other.storage);
    }
}
