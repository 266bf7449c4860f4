using Spectre.Console;

namespace Llama3.Verify.Printing.Pictures;

/// <summary>A small heat map of a tensor in a terminal, each number a square of colour or a character.</summary>
/// <param name="tensor">What is drawn, see <see cref="CanBeDrawn"/>.</param>
/// <param name="frame">The room for it.</param>
internal sealed class Picture(Tensor tensor, Frame frame)
{
    private const int LeastColumns = 8;

    /// <summary>The texts of the tokens, if each row is one's; empty otherwise.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What is to be said of the tensor, such as "head 0 of 8"; not markup.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>A single number and ids of tokens have no picture.</summary>
    public static bool CanBeDrawn(Tensor tensor) => tensor.ndim > 0 && tensor.numel() > 0 && tensor.dtype != ScalarType.Int64;

    /// <summary>The picture, what is to be said of it, and its legend, as markup without indentation.</summary>
    public IEnumerable<string> Lines()
    {
        var whole = Table.Of(tensor);
        var extremes = new Extremes(whole.Numbers);
        IMarks marks = frame.HasColours ? new HalfBlocks(extremes, frame.Colours == ColorSystem.EightBit) : new GreyRamp(extremes);
        var times = frame.HasColours && Grows(whole) ? 2 : 1;
        var table = whole.Reduced(frame.MostRows, Room(marks.RowsPerLine));
        var rows = Enumerable.Range(0, table.Rows * times).Select(row => row / times);
        foreach (var line in rows.Chunk(marks.RowsPerLine)) { yield return Line(table, marks, line, times); }
        foreach (var remark in Said(table)) { yield return $"[dim]{Markup.Escape(remark)}[/]"; }
        yield return marks.Legend;
    }

    private bool Grows(Table table) =>
        frame.MayGrow && 2 * table.Rows <= frame.MostRows && 2 * table.Columns <= Room(labelsPerLine: 1);

    private string Line(Table table, IMarks marks, int[] rows, int times)
    {
        var drawn = marks.Line([.. rows.Select(row => Cells(table, row, times))]);
        return Labels.Count == 0 ? drawn : $"{drawn} {string.Join(' ', rows.Distinct().Select(row => Named(table, row)))}";
    }

    private static float[] Cells(Table table, int row, int times) =>
        [.. Enumerable.Range(0, table.Columns * times).Select(column => table[row, column / times])];

    /// <summary>The text of the first token in a row of cells.</summary>
    private string Named(Table table, int row) => $"[dim]{Markup.Escape(Label.Shortened(Labels[row * table.Down]))}[/]";

    /// <summary>How many cells fit beside the labels and the border.</summary>
    private int Room(int labelsPerLine) =>
        Math.Max(LeastColumns, frame.Width - 2 - (Labels.Count > 0 ? labelsPerLine * (Label.MostColumns + 1) : 0));

    private IEnumerable<string> Said(Table table)
    {
        string[] all = table.Down * table.Across == 1 ? [.. Remarks]
            : [.. Remarks, $"each cell is the largest in magnitude of {table.Down} × {table.Across} numbers"];
        return all.Length > 0 ? [string.Join("; ", all)] : [];
    }
}
