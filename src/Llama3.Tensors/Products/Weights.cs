using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>A stack of matrices [N, K] where they lie in memory. The elements of a row are side by side.</summary>
/// <param name="Elements">The memory.</param>
/// <param name="Start">Where the first row begins.</param>
/// <param name="MatrixStride">How far apart the matrices begin.</param>
/// <param name="RowStride">How far apart the rows begin.</param>
/// <param name="Matrices">How many matrices.</param>
/// <param name="N">How many rows each has.</param>
/// <param name="K">How long the rows are.</param>
internal sealed record Weights<TElement>(
    ReadOnlyMemory<TElement> Elements, long Start, long MatrixStride, long RowStride, int Matrices, int N, int K)
    where TElement : unmanaged
{
    /// <summary>How many groups of four rows there are; the last of each matrix may have fewer.</summary>
    public int Groups => checked(Matrices * GroupsOfMatrix);

    private int GroupsOfMatrix => (N + 3) / 4;

    /// <summary>The matrix of a group and its first row there.</summary>
    public (int Matrix, int Row) Find(int group)
    {
        var (matrix, place) = Math.DivRem(group, GroupsOfMatrix);
        return (matrix, place * 4);
    }

    /// <summary>The rows of a group. Where there are fewer than four, the last one counts several times.</summary>
    public FourRows<TElement> Rows(ReadOnlySpan<TElement> elements, int group)
    {
        var (matrix, row) = Find(group);
        return new(
            ref Row(elements, matrix, row),
            ref Row(elements, matrix, row + 1),
            ref Row(elements, matrix, row + 2),
            ref Row(elements, matrix, row + 3));
    }

    /// <summary>The ends of the rows of a group, from <paramref name="from"/> on, each at the beginning of a chunk of its own.</summary>
    public void CopyEnds(FourRows<TElement> rows, int from, int chunk, Span<TElement> ends)
    {
        Copy(ref rows.Row0, ends);
        Copy(ref rows.Row1, ends[chunk..]);
        Copy(ref rows.Row2, ends[(2 * chunk)..]);
        Copy(ref rows.Row3, ends[(3 * chunk)..]);

        void Copy(ref TElement row, Span<TElement> end) =>
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref row, from), K - from).CopyTo(end);
    }

    /// <summary>Slicing checks that the whole row lies in the memory: the tiles do not.</summary>
    private ref TElement Row(ReadOnlySpan<TElement> elements, int matrix, int row)
    {
        var start = Start + (matrix * MatrixStride) + (Math.Min(row, N - 1) * RowStride);
        return ref MemoryMarshal.GetReference(elements.Slice(checked((int)start), K));
    }
}
