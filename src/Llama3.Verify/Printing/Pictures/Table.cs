namespace Llama3.Verify.Printing.Pictures;

/// <summary>Numbers in rows and columns, [Rows, Columns].</summary>
internal sealed record Table(int Rows, int Columns, float[] Numbers)
{
    /// <summary>How many rows of numbers a cell stands for.</summary>
    public int Down { get; private init; } = 1;

    /// <summary>How many columns of numbers a cell stands for.</summary>
    public int Across { get; private init; } = 1;

    public float this[int row, int column] => Numbers[(row * Columns) + column];

    /// <summary>
    /// The last axis across, the axis before it down; of axes before these, the first slice. [n] is one row. The two parts of a complex number
    /// stand next to each other.
    /// </summary>
    /// <param name="tensor">Floats or complex numbers with at least one axis.</param>
    public static Table Of(Tensor tensor)
    {
        while (tensor.ndim > 2) { tensor = tensor[0]; }
        var numbers = tensor.ToSingles();
        var rows = tensor.ndim == 2 ? (int)tensor.shape[0] : 1;
        return new Table(rows, numbers.Length / rows, numbers);
    }

    /// <summary>
    /// As few rows and columns as fit, each cell being the number of largest magnitude of a block, so that none that stands out is lost: NaN
    /// before infinity before all others.
    /// </summary>
    /// <param name="mostRows">How many rows fit.</param>
    /// <param name="mostColumns">How many columns fit.</param>
    public Table Reduced(int mostRows, int mostColumns)
    {
        var (down, across) = (Parts(Rows, mostRows), Parts(Columns, mostColumns));
        var (rows, columns) = (Parts(Rows, down), Parts(Columns, across));
        var cells = new float[rows * columns];
        for (var i = 0; i < Numbers.Length; i++)
        {
            ref var cell = ref cells[(i / Columns / down * columns) + (i % Columns / across)];
            cell = float.MaxMagnitude(cell, Numbers[i]);
        }
        return new Table(rows, columns, cells) { Down = down, Across = across };
    }

    /// <summary>How many parts of a size there are, the last of which may be smaller.</summary>
    private static int Parts(int count, int size) => ((count - 1) / size) + 1;
}
