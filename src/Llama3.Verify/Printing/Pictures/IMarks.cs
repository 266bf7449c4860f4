namespace Llama3.Verify.Printing.Pictures;

/// <summary>What a table is drawn with.</summary>
internal interface IMarks
{
    /// <summary>How many rows of cells fit into a line of text.</summary>
    int RowsPerLine { get; }

    /// <summary>A line of text, as markup.</summary>
    /// <param name="rows">The cells of its rows; as many as fit into a line, or fewer in the last.</param>
    string Line(IReadOnlyList<float[]> rows);

    /// <summary>What the marks stand for, as markup.</summary>
    string Legend { get; }
}
