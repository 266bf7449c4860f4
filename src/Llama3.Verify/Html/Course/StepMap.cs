using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Html.Course;

/// <summary>A step on the map.</summary>
/// <param name="X">Its left edge.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Label">Its number and id, shortened to fit.</param>
/// <param name="Title">Its number and title.</param>
/// <param name="File">Its page.</param>
public sealed record MapNode(int X, int Y, string Label, string Title, string File);

/// <summary>The steps from top to bottom, in a column for each part of the computation, and lines from each result to those that read it.</summary>
internal sealed class StepMap
{
    /// <summary>The size of a box.</summary>
    public const int NodeWidth = 212, NodeHeight = 28;

    private const int ColumnWidth = 228, RowHeight = 46, MostLetters = 27;

    /// <summary>How wide the map is: the stream of embeddings, queries and scores, angles and the mask, keys, values.</summary>
    public const int Width = 5 * ColumnWidth;

    private readonly Dictionary<ArticleStep, (int Column, int Row)> _places = [];

    /// <summary>Places every step below all that it reads.</summary>
    public StepMap()
    {
        var reads = ArticleSteps.all.ToDictionary(step => step, Read);
        var filled = new HashSet<(int, int)>();
        foreach (var step in ArticleSteps.all)
        {
            var (column, row) = (ColumnOf(step), reads[step].Select(input => _places[input].Row + 1).DefaultIfEmpty(0).Max());
            while (!filled.Add((column, row))) { row++; }
            _places[step] = (column, row);
        }
        Nodes = [.. ArticleSteps.all.Select(Node)];
        Lines = [.. from step in ArticleSteps.all from input in reads[step] select Line(_places[input], _places[step])];
    }

    /// <summary>The steps.</summary>
    public IReadOnlyList<MapNode> Nodes { get; }

    /// <summary>The lines, as paths of SVG.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>How high the map is.</summary>
    public int Height => ((_places.Values.Max(place => place.Row) + 1) * RowHeight) + 4;

    private static List<ArticleStep> Read(ArticleStep step) => [.. StepText.Inputs(step)
        .Where(input => input.Step is { part_of: null }).Select(input => input.Step!)
        .Where(input => input.number < step.number).Distinct()];

    private static int ColumnOf(ArticleStep step) => step.id switch
    {
        var id when id.StartsWith("q_", StringComparison.Ordinal) || id.StartsWith("qk_", StringComparison.Ordinal) => 1,
        var id when id.StartsWith("k_", StringComparison.Ordinal) => 3,
        var id when id.StartsWith("v_", StringComparison.Ordinal) => 4,
        "zero_to_one_split_into_64_parts" or "freqs" or "freqs_for_each_token" or "freqs_cis" or "mask" => 2,
        "qkv_attention" or "stacked_qkv_attention" => 1,
        _ => 0,
    };

    private MapNode Node(ArticleStep step)
    {
        var (column, row) = _places[step];
        var label = $"{step.number} {step.id}";
        if (label.Length > MostLetters) { label = $"{label[..(MostLetters - 1)]}…"; }
        return new(2 + (column * ColumnWidth), 2 + (row * RowHeight), label, $"{step.number} {step.title}", CoursePlace.Of(step).File);
    }

    private static string Line((int Column, int Row) from, (int Column, int Row) to)
    {
        var (x1, y1) = (2 + (from.Column * ColumnWidth) + (NodeWidth / 2), 2 + (from.Row * RowHeight) + NodeHeight);
        var (x2, y2) = (2 + (to.Column * ColumnWidth) + (NodeWidth / 2), 2 + (to.Row * RowHeight));
        var bend = Math.Max(RowHeight / 2, (y2 - y1) / 2);
        // A line within a column that passes other boxes goes around them.
        var side = from.Column == to.Column && to.Row > from.Row + 1 ? (NodeWidth / 2) + 12 : 0;
        return side == 0
            ? $"M{x1},{y1} C{x1},{y1 + bend} {x2},{y2 - bend} {x2},{y2}"
            : $"M{x1},{y1} C{x1 + side},{y1 + 10} {x1 + side},{y1 + 10} {x1 + side},{y1 + 30} L{x1 + side},{y2 - 30} C{x1 + side},{y2 - 10} {x2 + side},{y2 - 10} {x2},{y2}";
    }
}
