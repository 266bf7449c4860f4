using System.Globalization;

namespace Llama3.Course;

/// <summary>What is printed when all tests have run: what failed outside the course, a line per area, and last what to do.</summary>
internal static class Summary
{
    private const int Name = 14;

    /// <summary>What is said at the end.</summary>
    /// <param name="outcomes">All results.</param>
    /// <param name="warnings">What the test platform complains about, such as a test host that crashed.</param>
    public static IEnumerable<string> Of(IReadOnlyList<Outcome> outcomes, IReadOnlyList<string> warnings) =>
    [
        .. outcomes.Where(test => test is { IsInCourse: false, Result: Result.Failed }).SelectMany(test => new Failure(test).Lines),
        "",
        .. outcomes.GroupBy(test => test.Area).OrderBy(area => !area.First().IsInCourse).ThenBy(area => area.Key, StringComparer.Ordinal).SelectMany(Area),
        .. warnings,
        outcomes.Count == 0 ? "No test ran." : $"{Counts(outcomes)} in {Seconds(outcomes)} s",
        .. outcomes.Select(test => new Failure(test)).Where(failure => failure.Verdict.Count > 0).GroupBy(failure => failure.Cause).SelectMany(Verdict),
    ];

    /// <summary>The steps that are broken by one cause, the cause, and a command for the first of them.</summary>
    private static IEnumerable<string> Verdict(IGrouping<string, Failure> failures) =>
        ["", .. failures.Select(failure => failure.Verdict[0]), .. failures.First().Verdict.Skip(1)];

    private static IEnumerable<string> Area(IGrouping<string, Outcome> area)
    {
        var name = area.First().IsInCourse ? "the course" : area.Key;
        var ran = area.Where(test => test.Result != Result.Waits).ToList();
        if (ran.Count > 0) { yield return Contents.Line($"{name.PadRight(Name)}{Counts(ran)}", $"{Seconds(ran)} s"); }
        foreach (var reason in area.Where(test => test.Result is Result.Skipped or Result.Waits).GroupBy(test => test.Message))
        {
            var skipped = reason.First().Result == Result.Skipped ? $"{reason.Count()} skipped: " : "";
            yield return $"  {(ran.Count > 0 ? "" : name).PadRight(Name)}{skipped}{reason.Key}";
        }
    }

    /// <summary>"573 passed, 11 skipped"</summary>
    private static string Counts(IReadOnlyCollection<Outcome> outcomes) => string.Join(", ",
        from kind in new[] { Result.Passed, Result.Failed, Result.Skipped }
        let count = outcomes.Count(test => test.Result == kind)
        where count > 0 || kind == Result.Passed
        select $"{count} {kind.ToString().ToLowerInvariant()}");

    private static string Seconds(IReadOnlyList<Outcome> outcomes) =>
        (outcomes.Max(test => test.End) - outcomes.Min(test => test.Start)).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
