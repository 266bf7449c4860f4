namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>An index between the brackets of <c>x[.., 1..]</c>: an integer, a slice, an ellipsis or a new dimension.</summary>
    public readonly struct TensorIndex
    {
        /// <summary>As many full slices as the tensor has dimensions left: "..." in Python.</summary>
        public static readonly TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex None = new(IndexKind.NewDimension);

        /// <summary>As <see cref="None"/>.</summary>
        public static readonly TensorIndex Null = None;

        /// <summary>All of a dimension: ":" in Python, also written <c>..</c> in C#.</summary>
        public static readonly TensorIndex Colon = Slice();

        private TensorIndex(IndexKind kind, long? start = null, long? stop = null, long? step = null) =>
            (Kind, Start, Stop, Step) = (kind, start, stop, step);

        internal IndexKind Kind { get; }

        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        /// <summary>start:stop:step; by default from the beginning, to the end, every element.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(IndexKind.Slice, start, stop, step);

        /// <summary>One element of a dimension; the dimension goes away.</summary>
        public static TensorIndex Single(long? index) => new(IndexKind.Single, index);

        /// <summary>One element of a dimension.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>A slice; <c>^n</c> counts from the end.</summary>
        public static implicit operator TensorIndex(Range range) =>
            Slice(Position(range.Start), range.End.Equals(Index.End) ? null : Position(range.End));

        private static long Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }

    internal enum IndexKind
    {
        Slice,
        Single,
        NewDimension,
        Ellipsis,
    }
}
