namespace Llama3.Verify.Printing.Pictures;

/// <summary>Characters of growing darkness for magnitudes, where there are no colours. Blank is 0 and nothing else.</summary>
internal sealed class GreyRamp(Extremes extremes) : IMarks
{
    private const string Ramp = " ·:-=+*#%@";
    private const char Forbidden = 'x', Fault = '?';

    public int RowsPerLine => 1;

    public string Line(IReadOnlyList<float[]> rows) => $"|{string.Concat(rows[0].Select(Mark))}|";

    public string Legend => $"\"{Ramp}\" magnitudes 0 to {Shown(extremes.Largest)}: least {Shown(extremes.Least)}, "
        + $"most {Shown(extremes.Most)}{extremes.Others($"{Forbidden}", $"{Fault}")}";

    private static string Shown(double number) => TensorText.Number((float)number);

    private char Mark(float number) =>
        Extremes.IsFault(number) ? Fault
        : float.IsNegativeInfinity(number) ? Forbidden
        : Ramp[(int)Math.Ceiling(Math.Abs(extremes.Signed(number)) * (Ramp.Length - 1))];
}
