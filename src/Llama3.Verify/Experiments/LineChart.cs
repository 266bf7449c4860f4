using System.Globalization;

namespace Llama3.Verify.Experiments;

/// <summary>Numbers by layer, a line for each step.</summary>
internal static class LineChart
{
    private const double Left = 60, Top = 40, Width = 420, Height = 300, Legend = 20;

    private static readonly int[] Digits = [1, 2, 4, 8, 10];

    /// <summary>Draws them, from 0 up.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="series">A name, and a number for each layer.</param>
    public static string Draw(string title, IReadOnlyList<(string Name, double[] Values)> series)
    {
        var svg = new Svg(Left + Width + 300, Top + Height + 50);
        svg.Text(Left, 22, title);
        var most = Ceiling(series.Max(line => line.Values.Max()));
        Axes(svg, most, series[0].Values.Length);
        foreach (var (index, (name, values)) in series.Index())
        {
            var colour = Svg.Colours[index % Svg.Colours.Count];
            var points = values.Select((value, layer) => (X(layer, values.Length), Y(value, most))).ToList();
            svg.Polyline(points, colour);
            foreach (var (x, y) in points) { svg.Dot(x, y, 3, colour); }
            svg.Box(Left + Width + 20, Top + (index * Legend), 12, 12, colour);
            svg.Text(Left + Width + 38, Top + (index * Legend) + 10, name);
        }
        return svg.ToString();
    }

    private static void Axes(Svg svg, double most, int layers)
    {
        for (var tick = 0; tick <= 4; tick++)
        {
            var (value, y) = (most * tick / 4, Y(most * tick / 4, most));
            svg.Line(Left, y, Left + Width, y, "#DDDDDD");
            svg.Text(Left - 6, y + 4, value.ToString("0.#####", CultureInfo.InvariantCulture), "end");
        }
        var step = ((layers - 1) / 8) + 1;
        for (var layer = 0; layer < layers; layer += step)
        {
            svg.Text(X(layer, layers), Top + Height + 18, layer.ToString(CultureInfo.InvariantCulture), "middle");
        }
        svg.Text(Left + (Width / 2), Top + Height + 38, "layer", "middle");
    }

    private static double X(int layer, int layers) => Left + 15 + ((Width - 30) * layer / Math.Max(1, layers - 1));

    private static double Y(double value, double most) => Top + Height - (Height * value / most);

    /// <summary>The next 1, 2, 4 or 8 of its power of ten.</summary>
    private static double Ceiling(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, double.Epsilon))));
        return Digits.First(digit => digit * power >= value) * power;
    }
}
