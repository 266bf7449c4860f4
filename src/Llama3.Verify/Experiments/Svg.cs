using System.Globalization;
using System.Security;
using System.Text;

namespace Llama3.Verify.Experiments;

/// <summary>A drawing: lines, boxes and text on white, from the upper left corner.</summary>
internal sealed class Svg(double width, double height)
{
    private readonly StringBuilder _shapes = new();

    /// <summary>Colours that are easy to tell apart (Okabe and Ito).</summary>
    public static IReadOnlyList<string> Colours { get; } =
        ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"];

    public void Line(double x1, double y1, double x2, double y2, string colour, double thickness = 1) => Add(
        $"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" stroke=\"{colour}\" stroke-width=\"{thickness:0.##}\"/>");

    public void Polyline(IEnumerable<(double X, double Y)> points, string colour)
    {
        var path = string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:0.##},{point.Y:0.##}")));
        Add($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
    }

    public void Box(double x, double y, double width, double height, string colour) => Add(
        $"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill=\"{colour}\"/>");

    public void Dot(double x, double y, double radius, string colour) => Add(
        $"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\" fill=\"{colour}\"/>");

    public void Circle(double x, double y, double radius, string colour) => Add(
        $"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\" fill=\"none\" stroke=\"{colour}\"/>");

    /// <summary>Text that begins, is centred, or ends at a point.</summary>
    /// <param name="x">The point.</param>
    /// <param name="y">The line that letters stand on.</param>
    /// <param name="text">Any text.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="turned">Degrees, clockwise, around the point.</param>
    public void Text(double x, double y, string text, string anchor = "start", int turned = 0)
    {
        var turn = turned == 0 ? "" : FormattableString.Invariant($" transform=\"rotate({turned} {x:0.##} {y:0.##})\"");
        Add($"<text x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\"{turn}>{SecurityElement.Escape(Printable(text))}</text>");
    }

    /// <summary>The whole file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">
        <rect width="{width}" height="{height}" fill="white"/>
        {_shapes}</svg>

        """).ReplaceLineEndings("\n");

    private void Add(FormattableString shape) => _shapes.Append(shape.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>XML knows no control characters, and shows no line breaks.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '·' : letter));
}
