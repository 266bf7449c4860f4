namespace Llama3.Verify.Html.Report;

/// <summary>Which numbers of a plane a cell of its picture stands for: one each where the plane is small, else as many as it takes.</summary>
/// <param name="layout">The plane.</param>
internal sealed class PictureBlocks(PictureLayout layout)
{
    private const int MostRows = 64;
    private const int MostColumns = 128;

    /// <summary>How many rows of numbers are in a cell.</summary>
    public int Height { get; } = Size(layout.Rows, MostRows);

    /// <summary>How many columns of them.</summary>
    public int Width { get; } = Size(layout.Columns, MostColumns);

    /// <summary>Whether a cell is one number.</summary>
    public bool AreSingle => Height == 1 && Width == 1;

    /// <summary>The rows of the picture.</summary>
    public PictureAxis Rows => Axis(layout.Rows, Height);

    /// <summary>The columns of the picture.</summary>
    public PictureAxis Columns => Axis(layout.Columns, Width);

    /// <summary>How many cells there are.</summary>
    public int Count => Rows.Length * Columns.Length;

    /// <summary>
    /// The cells of a plane: of each block the place where port and expected differ most. Where they do not differ, the largest number.
    /// </summary>
    /// <param name="port">What the port dumped.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="offset">Where the plane begins.</param>
    public IEnumerable<PictureCell> Cells(float[] port, float[] expected, int offset)
    {
        for (var row = 0; row < layout.Rows.Length; row += Height)
        {
            for (var column = 0; column < layout.Columns.Length; column += Width) { yield return Worst(port, expected, offset, row, column); }
        }
    }

    private PictureCell Worst(float[] port, float[] expected, int offset, int firstRow, int firstColumn)
    {
        PictureCell? worst = null;
        for (var row = firstRow; row < Math.Min(firstRow + Height, layout.Rows.Length); row++)
        {
            for (var column = firstColumn; column < Math.Min(firstColumn + Width, layout.Columns.Length); column++)
            {
                var at = offset + row * layout.Rows.Stride + column * layout.Columns.Stride;
                var cell = new PictureCell(port[at], expected[at]);
                if (worst is null || cell.Weight.CompareTo(worst.Value.Weight) > 0) { worst = cell; }
            }
        }
        return worst!.Value;
    }

    private static int Size(LayoutAxis axis, int most) => Math.Max(1, (axis.Length + most - 1) / most);

    private static PictureAxis Axis(LayoutAxis axis, int size)
    {
        var count = (axis.Length + size - 1) / size;
        return new(axis.Name, count, size == 1 ? axis.Names : [.. Enumerable.Range(0, count).Select(Block)]);

        string Block(int block) => (block * size, Math.Min((block + 1) * size, axis.Length) - 1) is var (first, last) && first == last ? axis[first] : $"{Numbers(first)[0]}–{Numbers(last)[^1]}";

        string[] Numbers(int place) => axis[place].Split(' ')[0].Split('–');
    }
}

/// <summary>A place in a plane.</summary>
/// <param name="Port">What the port dumped there.</param>
/// <param name="Expected">What it should be.</param>
internal readonly record struct PictureCell(float Port, float Expected)
{
    /// <summary>The first less the second; NaN where a NaN or an infinity is out of place.</summary>
    public float Difference => Port.Equals(Expected) ? 0 : float.IsFinite(Port) && float.IsFinite(Expected) ? Port - Expected : float.NaN;

    /// <summary>What makes a place stand for others: how far it is off, then how large it should be.</summary>
    public (float, float) Weight => (float.IsNaN(Difference) ? float.PositiveInfinity : Math.Abs(Difference), Math.Abs(Expected));
}
