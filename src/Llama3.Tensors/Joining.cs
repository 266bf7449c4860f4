namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>Tensors one after the other along a dimension; the other sizes agree.</summary>
    /// <exception cref="ArgumentException">The list is empty, or sizes differ in another dimension.</exception>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        if (tensors.Count == 0) { throw new ArgumentException("cat: there are no tensors"); }
        return Tensor.Joined([.. tensors], Shapes.Dim(dim, (int)tensors[0].ndim));
    }

    /// <summary>Tensors of one shape side by side along a new dimension.</summary>
    /// <exception cref="ArgumentException">The list is empty, or the shapes differ.</exception>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => cat([.. tensors.Select(tensor => tensor.unsqueeze(dim))], dim);

    /// <content>Selecting and joining: new tensors from parts of others.</content>
    public sealed partial class Tensor
    {
        /// <summary>The elements of a dimension at some indices: in an embedding table, the rows of some tokens.</summary>
        /// <param name="dim">The dimension; the result has the size of <paramref name="index"/> there.</param>
        /// <param name="index">Int64 with one dimension.</param>
        /// <exception cref="ArgumentException">The index is not a list of Int64.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
        public Tensor index_select(long dim, Tensor index)
        {
            if (index is not { dtype: ScalarType.Int64, ndim: 1 })
            {
                throw new ArgumentException($"index_select: {index.dtype} {index.Text} is not an index; it must be Int64 with one dimension");
            }
            var at = Shapes.Dim(dim, _sizes.Length);
            var parts = index.ToInt64s().Select((i, position) => Picked(at, i, position)).ToArray();
            return Joined(parts is [] ? [narrow(dim, 0, 0)] : parts, at);
        }

        private Tensor Picked(int dim, long index, int position) => index >= 0 && index < _sizes[dim]
            ? narrow(dim, index, 1)
            : throw new ArgumentOutOfRangeException(
                nameof(index),
                $"index_select: index[{position}] = {index} is not in dimension {dim} of {Text}: valid are 0 to {_sizes[dim] - 1}");

        /// <summary>The elements on and above a diagonal, zeros below: 0 is the main diagonal, 1 the one above.</summary>
        /// <exception cref="ArgumentException">The tensor has fewer than two dimensions.</exception>
        public Tensor triu(long diagonal = 0)
        {
            if (_sizes is not [.., var rows, var columns]) { throw new ArgumentException($"triu: {Text} is not a matrix"); }
            if (numel() == 0) { return this; }
            var zero = zeros(1, dtype);
            var matrix = reshape(-1, columns);
            return Gather([.. Enumerable.Range(0, (int)matrix._sizes[0]).SelectMany(CutRow)], _sizes);

            Tensor[] CutRow(int row)
            {
                var cut = Math.Clamp((row % rows) + Math.Clamp(diagonal, -rows, columns), 0, columns);
                return [zero.expand(cut), matrix[row].narrow(0, cut, columns - cut)];
            }
        }

        /// <summary>With the joined dimension in front, the parts follow one another in memory.</summary>
        internal static Tensor Joined(Tensor[] parts, int dim)
        {
            var dtype = parts.Select(part => part.dtype).Aggregate(Promotion.Of);
            var shape = parts[0]._sizes;
            if (parts.FirstOrDefault(part => !Fits(part)) is { } other)
            {
                throw new ArgumentException($"cat: {parts[0].Text} and {other.Text} differ outside dimension {dim}, the joined one");
            }
            long[] joined = [.. parts[0].transpose(0, dim)._sizes];
            joined[0] = parts.Sum(part => part._sizes[dim]);
            return Gather([.. parts.Select(part => part.to_type(dtype).transpose(0, dim))], joined).transpose(0, dim).contiguous();

            bool Fits(Tensor part) => part._sizes.Length == shape.Length && With(part._sizes, dim, 0).SequenceEqual(With(shape, dim, 0));
        }
    }
}
