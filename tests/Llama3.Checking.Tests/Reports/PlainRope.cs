namespace Llama3.Checking.Tests.Reports;

/// <summary>Rotations by position.</summary>
internal static class PlainRope
{
    /// <summary>The angle of each pair from one position to the next.</summary>
    public static float[] Frequencies(PlainConfig config) =>
        [.. Plain(config, config.Theta).Select(frequency => (float)(config.Scaling?.Of(frequency) ?? frequency))];

    /// <summary>The same before they are scaled.</summary>
    public static IEnumerable<double> Plain(PlainConfig config, double theta) =>
        Enumerable.Range(0, config.HeadDim / 2).Select(pair => Math.Pow(theta, -2.0 * pair / config.HeadDim));

    /// <summary>Cosine and sine of each pair at a position.</summary>
    public static (float Cos, float Sin)[] Table(float[] frequencies, long position) =>
        Array.ConvertAll(frequencies, frequency => (MathF.Cos(position * frequency), MathF.Sin(position * frequency)));

    /// <summary>Heads side by side, turned.</summary>
    /// <param name="row">The heads.</param>
    /// <param name="table">Cosine and sine of each pair.</param>
    /// <param name="halves">Whether a pair is number i of both halves of a head, as with Hugging Face's weights; otherwise two neighbours.</param>
    public static float[] Turned(float[] row, (float Cos, float Sin)[] table, bool halves)
    {
        var (turned, headDim) = (new float[row.Length], 2 * table.Length);
        for (var head = 0; head < row.Length; head += headDim)
        {
            for (var pair = 0; pair < table.Length; pair++)
            {
                var (first, second) = halves ? (head + pair, head + pair + table.Length) : (head + (2 * pair), head + (2 * pair) + 1);
                var (x, y, (cos, sin)) = (row[first], row[second], table[pair]);
                (turned[first], turned[second]) = ((x * cos) - (y * sin), (x * sin) + (y * cos));
            }
        }
        return turned;
    }
}
