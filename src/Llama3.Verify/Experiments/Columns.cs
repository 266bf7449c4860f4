namespace Llama3.Verify.Experiments;

/// <summary>A table in plain text.</summary>
internal static class Columns
{
    /// <summary>Cells one below the other.</summary>
    /// <param name="rows">As many cells in each; the first row holds the headings.</param>
    /// <param name="words">So many columns begin at the same place, as words do; the others end there, as numbers do.</param>
    public static IEnumerable<string> Of(IReadOnlyList<string[]> rows, int words = 1)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select(Padded)).TrimEnd());

        string Padded(string cell, int column) => column < words ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
    }
}
