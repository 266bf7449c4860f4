namespace Llama3.Verify.Experiments;

/// <summary>Complex numbers of length 1 as hands of a clock.</summary>
internal static class UnitCircle
{
    private const double Size = 420, Middle = Size / 2, Radius = 160, LegendWidth = 170, Row = 20;

    /// <summary>As many as the notebook shows; those that follow hardly turn.</summary>
    private const int Most = 17;

    /// <summary>Draws them.</summary>
    /// <param name="title">What they are.</param>
    /// <param name="numbers">Real and imaginary parts, alternating.</param>
    public static string Draw(string title, float[] numbers)
    {
        var svg = new Svg(Size + LegendWidth, Size);
        svg.Text(Middle, 18, title, "middle");
        svg.Line(Middle - Radius - 20, Middle, Middle + Radius + 20, Middle, "#999999");
        svg.Line(Middle, Middle - Radius - 20, Middle, Middle + Radius + 20, "#999999");
        svg.Circle(Middle, Middle, Radius, "#CCCCCC");
        svg.Text(Middle + Radius + 24, Middle + 4, "1");
        svg.Text(Middle + 5, Middle - Radius - 10, "i");
        foreach (var (index, number) in numbers.Chunk(2).Take(Most).Index()) { Draw(svg, index, number[0], number[1]); }
        return svg.ToString();
    }

    private static void Draw(Svg svg, int index, double real, double imaginary)
    {
        var (colour, place) = (Svg.Colours[index % Svg.Colours.Count], 40 + (index * Row));
        var (x, y) = (Middle + (Radius * real), Middle - (Radius * imaginary));
        svg.Line(Middle, Middle, x, y, colour, 2);
        svg.Dot(x, y, 4, colour);
        svg.Box(Size, place, 12, 12, colour);
        svg.Text(Size + 18, place + 10, FormattableString.Invariant($"pair {index}: {Math.Atan2(imaginary, real):F5} rad"));
    }
}
