namespace Llama3.Checking.Names;

/// <summary>How alike two words are written.</summary>
internal static class Spelling
{
    /// <summary>How many slips make the one of the other: a letter too many, too few or wrong, or two neighbours that changed places.</summary>
    public static int Distance(string one, string other)
    {
        var (before, last, row) = (new int[other.Length + 1], new int[other.Length + 1], Enumerable.Range(0, other.Length + 1).ToArray());
        for (var i = 1; i <= one.Length; i++)
        {
            (before, last, row) = (last, row, before);
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                var swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                if (swapped) { row[j] = Math.Min(row[j], before[j - 2] + 1); }
            }
        }
        return row[other.Length];
    }
}
