namespace Llama3.Verify.Printing.Pictures;

/// <summary>Colours for numbers, as "#RRGGBB". Colours at equal distances make a scale; between two of them they are mixed.</summary>
internal static class Colours
{
    /// <summary>What is -inf: forbidden.</summary>
    public const string Grey = "#808080";

    /// <summary>What is no number, or +inf, which nothing in the model should be.</summary>
    public const string Red = "#FF0000";

    private static readonly (double R, double G, double B)[] Viridis = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    private static readonly (double R, double G, double B)[] BlueToOrange =
        [(5, 66, 150), (107, 160, 214), (245, 245, 245), (247, 164, 84), (189, 84, 0)];

    private static readonly byte[] Levels = [0, 95, 135, 175, 215, 255];

    /// <summary>The brighter the higher: Viridis.</summary>
    /// <param name="share">0 for the least number, 1 for the most.</param>
    public static string Sequential(double share) => Mixed(Viridis, share);

    /// <summary>Blue below 0, almost white at 0, orange above.</summary>
    /// <param name="share">From -1 to 1.</param>
    public static string Diverging(double share) => Mixed(BlueToOrange, (share + 1) / 2);

    /// <summary>The nearest of the 216 colours that terminals with 256 colours have beside shades of grey, which would be taken for -inf.</summary>
    public static string Nearest(string colour) => $"#{Convert.ToHexString([.. Convert.FromHexString(colour.AsSpan(1)).Select(Nearest)])}";

    private static byte Nearest(byte light) => Levels.MinBy(level => Math.Abs(level - light));

    private static string Mixed((double R, double G, double B)[] scale, double share)
    {
        var place = share * (scale.Length - 1);
        var low = Math.Min((int)place, scale.Length - 2);
        var ((r1, g1, b1), (r2, g2, b2), part) = (scale[low], scale[low + 1], place - low);
        return $"#{Between(r1, r2):X2}{Between(g1, g2):X2}{Between(b1, b2):X2}";

        int Between(double from, double to) => (int)Math.Round(from + (part * (to - from)));
    }
}
