using System.Globalization;

namespace Llama3.Checking.Comparing;

/// <summary>Places in a dump, in few words: those that differ in their last number alone are told as a range.</summary>
internal static class PlaceText
{
    /// <summary>"decode.0–3, 5", or "rows 1–2", or "row 0, decode.1–3; row 1, decode.0"</summary>
    /// <param name="places">Such as <c>decode.0</c>, <c>row 1</c>, <c>run.1</c>, "row 1, decode.0".</param>
    public static string Of(IEnumerable<string> places) => string.Join("; ", places
        .Select(place => (Place: place, Length: place.TrimEnd(Digits).Length))
        .GroupBy(one => one.Place[..one.Length], one => one.Place[one.Length..])
        .Select(alike => Several(alike.Key, alike.Count()) + NumberText.Ranges(alike.Where(number => number.Length > 0).Select(number => int.Parse(number, CultureInfo.InvariantCulture)))));

    /// <summary>"rows 1–2"</summary>
    private static string Several(string prefix, int count) => count > 1 && prefix == "row " ? "rows " : prefix;

    private static readonly char[] Digits = [.. "0123456789"];
}
