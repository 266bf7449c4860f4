using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Relations;

/// <summary>What is wrong in some places only: in one head, in the first token, in every second value.</summary>
internal static class Places
{
    /// <summary>"wrong only in the first token: every value is 0"</summary>
    public static string? Explained(IReadOnlyList<Miss> misses, ModelParams config)
    {
        var confined = Confined(misses);
        return confined.Count > 0 && Everywhere.Of([.. misses.Select(miss => Within(miss, confined))], config) is { } what
            ? $"{Text(confined)}: {what}"
            : null;
    }

    /// <summary>"wrong only in the first token"</summary>
    public static string? Alone(IReadOnlyList<Miss> misses) => Confined(misses) is { Count: > 0 } confined ? Text(confined) : null;

    private static List<Confinement> Confined(IReadOnlyList<Miss> misses)
    {
        var most = misses.MaxBy(miss => miss.Axes.Count)!;
        return [.. Enumerable.Range(0, most.Axes.Count).Reverse()
            .Select(back => Confinement.Of(misses, back, Nouns.Of(most.Axes[^(back + 1)], back)))
            .OfType<Confinement>()];
    }

    private static string Text(IEnumerable<Confinement> confined) => $"wrong only in {string.Join(" and ", confined.Select(one => one.Text))}";

    /// <summary>The numbers at these places alone, in one row.</summary>
    private static Miss Within(Miss miss, IReadOnlyList<Confinement> confined)
    {
        var places = Enumerable.Range(0, miss.Expected.Values.Length).Where(place => confined.All(one => one.Holds(miss, place))).ToList();
        return miss with { Actual = Row(miss.Actual), Expected = Row(miss.Expected), Axes = ["dim"] };

        Grid Row(Grid grid) => new([.. places.Select(place => grid.Values[place])], [places.Count]);
    }
}
