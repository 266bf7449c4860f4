namespace Llama3.Tensors.Products;

/// <summary>Writes some elements from a place on as float32, chunk by chunk; the last chunk is filled up with zeros.</summary>
internal delegate void Expansion(Span<float> chunks, long place, int count);

/// <summary>A stack of matrices [N, K] in place. The elements of a row are side by side.</summary>
/// <param name="Elements">The memory.</param>
/// <param name="Start">The place of the first row.</param>
/// <param name="MatrixStride">The distance between the starts of matrices.</param>
/// <param name="RowStride">The distance between the starts of rows.</param>
/// <param name="Matrices">The number of matrices.</param>
/// <param name="N">The rows of each matrix.</param>
/// <param name="K">The length of a row.</param>
/// <param name="Expand">Where the elements are not in the memory as float32, how they become so; else null.</param>
internal sealed record Weights<TElement>(
    ReadOnlyMemory<TElement> Elements, long Start, long MatrixStride, long RowStride, int Matrices, int N, int K, Expansion? Expand = null)
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
}
