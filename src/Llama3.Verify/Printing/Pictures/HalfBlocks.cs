namespace Llama3.Verify.Printing.Pictures;

/// <summary>
/// Colours. A character is twice as high as wide, so half of one is a square: the upper half in the colour of the letter, the lower in that of
/// the background.
/// </summary>
/// <param name="extremes">Between which numbers.</param>
/// <param name="has256">Whether the terminal has 256 colours only.</param>
internal sealed class HalfBlocks(Extremes extremes, bool has256) : IMarks
{
    public int RowsPerLine => 2;

    public string Line(IReadOnlyList<float[]> rows) => rows is [var upper, var lower]
        ? string.Concat(upper.Zip(lower, (above, below) => $"[{Colour(above)} on {Colour(below)}]▀[/]"))
        : string.Concat(rows[0].Select(number => $"[{Colour(number)}]▀[/]"));

    public string Legend => (extremes.IsSigned ? "blue below 0, orange above" : "the brighter the more")
        + $": least {Sample(extremes.Least)}, most {Sample(extremes.Most)}"
        + extremes.Others($"[{Colours.Grey}]■[/] grey", $"[{Colours.Red}]■[/] red");

    private string Sample(double number) => $"{TensorText.Number((float)number)} [{Colour((float)number)}]■[/]";

    private string Colour(float number) =>
        Extremes.IsFault(number) ? Colours.Red
        : float.IsNegativeInfinity(number) ? Colours.Grey
        : has256 ? Colours.Nearest(OfScale(number))
        : OfScale(number);

    private string OfScale(float number) =>
        extremes.IsSigned ? Colours.Diverging(extremes.Signed(number)) : Colours.Sequential(extremes.Place(number));
}
