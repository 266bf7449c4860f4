using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Verify.Html;

namespace Llama3.Verify.Tests.Html;

public sealed partial class ColourTests
{
    private static readonly string[] Backgrounds = ["back", "panel"];
    private static readonly string[] NotText = ["back", "panel", "line"];

    [Fact(DisplayName = "pages: every colour of text has a contrast of 4.5 to both backgrounds, light and dark (WCAG AA)")]
    public void Contrast()
    {
        var themes = Block().Matches(PageFiles.Style).Select(block => Variable().Matches(block.Value).ToDictionary(found => found.Groups[1].Value, found => Luminance(found.Groups[2].Value))).ToList();
        themes.Should().HaveCount(4, "light and dark, each by itself and by choice");
        themes[0].Should().Equal(themes[2]);
        themes[1].Should().Equal(themes[3]);
        foreach (var theme in themes)
        {
            foreach (var (text, back) in from text in theme.Keys.Except(NotText) from back in Backgrounds select (text, back))
            {
                Ratio(theme[text], theme[back]).Should().BeGreaterThan(4.5, $"{text} on {back}");
            }
        }
    }

    private static double Ratio(double one, double other) => (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);

    /// <summary>Relative luminance as WCAG 2.2 defines it.</summary>
    private static double Luminance(string hex)
    {
        var parts = Enumerable.Range(0, 3).Select(at => int.Parse(hex.AsSpan(at * 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToList();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    [GeneratedRegex(@":root[^{]*\{[^}]*--back[^}]*\}")]
    private static partial Regex Block();

    [GeneratedRegex("--([a-z0-9]+): #([0-9a-f]{6});")]
    private static partial Regex Variable();
}
