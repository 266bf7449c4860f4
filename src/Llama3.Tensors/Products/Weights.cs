using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>A stack of matrices [N, K] in place. The elements of a row are side by side.</summary>
/// <param name="Elements">The memory.</param>
/// <param name="Start">The place of the first row.</param>
/// <param name="MatrixStride">The distance between the starts of matrices.</param>
/// <param name="RowStride">The distance between the starts of rows.</param>
/// <param name="Matrices">The number of matrices.</param>
/// <param name="N">The rows of each matrix.</param>
/// <param name="K">The length of a row.</param>
/// <param name="Expand">Expands elements from a place on, which are float32; null if they are in the memory.</param>
internal sealed record Weights<TElement>(
    ReadOnlyMemory<TElement> Elements, long Start, long MatrixStride, long RowStride, int Matrices, int N, int K, SpanAction<float, long>? Expand = null)
    where TElement : unmanaged
{
    /// <summary>The number of groups of four rows; the last group of each matrix may have fewer.</summary>
    public int Groups => checked(Matrices * GroupsOfMatrix);

    private int GroupsOfMatrix => (N + 3) / 4;

    /// <summary>The matrix of a group and its first row there.</summary>
    public (int Matrix, int Row) Find(int group)
    {
        var (matrix, place) = Math.DivRem(group, GroupsOfMatrix);
        return (matrix, place * 4);
    }

    /// <summary>The place of the first element of a row; beyond the last row, that of the last one.</summary>
    public long PlaceOf(int matrix, int row) => Start + (matrix * MatrixStride) + (Math.Min(row, N - 1) * RowStride);

    /// <summary>The rows of a group. If there are fewer than four, the last one is repeated.</summary>
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

    /// <summary>Slicing checks that the whole row is in the memory; the tiles do not check.</summary>
    private ref TElement Row(ReadOnlySpan<TElement> elements, int matrix, int row) =>
        ref MemoryMarshal.GetReference(elements.Slice(checked((int)PlaceOf(matrix, row)), K));
}
