using System.Globalization;
using Llama3.Formats.Input;
using Llama3.Verify.Printing.Pictures;

namespace Llama3.Verify.Experiments;

/// <summary>Square tables of numbers between tokens, side by side: the brighter the higher, grey where a number is -inf.</summary>
internal static class Heatmap
{
    private const double Cell = 18, Margin = 125, Top = 110, Bottom = 50;
    private const int MostTokens = 64;
    private const string Forbidden = "#BBBBBB";

    /// <summary>Draws them.</summary>
    /// <param name="pieces">The text of each token.</param>
    /// <param name="tables">A title and [T, T] each.</param>
    /// <exception cref="BadInputException">There are too many tokens to look at.</exception>
    public static string Draw(IReadOnlyList<string> pieces, IReadOnlyList<(string Title, Tensor Values)> tables)
    {
        if (pieces.Count > MostTokens)
        {
            throw new BadInputException($"the prompt has {pieces.Count} tokens: too many for a picture; at most {MostTokens} are drawn");
        }
        var side = pieces.Count * Cell;
        var svg = new Svg(Margin + (tables.Count * (side + 30)), Top + side + Bottom);
        for (var i = 0; i < pieces.Count; i++) { svg.Text(Margin - 6, Top + (i * Cell) + 13, Named(pieces[i]), "end"); }
        foreach (var (index, (title, values)) in tables.Index())
        {
            var left = Margin + (index * (side + 30));
            for (var i = 0; i < pieces.Count; i++) { svg.Text(left + (i * Cell) + 13, Top - 6, Named(pieces[i]), turned: -60); }
            Draw(svg, left, pieces.Count, values.ToSingles());
            svg.Text(left, Top + side + 20, title);
        }
        return svg.ToString();
    }

    private static void Draw(Svg svg, double left, int count, float[] values)
    {
        var finite = values.Where(float.IsFinite).ToArray();
        var (least, most) = (finite.Min(), finite.Max());
        for (var i = 0; i < values.Length; i++)
        {
            var colour = float.IsFinite(values[i]) ? Colours.Sequential((values[i] - least) / Math.Max(most - least, float.Epsilon)) : Forbidden;
            svg.Box(left + (i % count * Cell), Top + (i / count * Cell), Cell - 0.5, Cell - 0.5, colour);
        }
        var range = string.Create(CultureInfo.InvariantCulture, $"{least:F2} to {most:F2}{(finite.Length < values.Length ? ", grey: -inf" : "")}");
        svg.Text(left, Top + (count * Cell) + 36, range);
    }

    /// <summary>A space alone would not be seen.</summary>
    private static string Named(string piece) => string.IsNullOrWhiteSpace(piece) ? "␣" : piece.Trim();
}
