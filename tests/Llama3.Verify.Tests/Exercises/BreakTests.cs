using System.Globalization;

namespace Llama3.Verify.Tests.Exercises;

/// <summary>Steps broken at random: their tests fail and no others, in seconds and in two screens. scripts/break-steps.sh runs this.</summary>
[Collection(SourceCopy.Name)]
public sealed class BreakTests(SourceCopy copy)
{
    /// <summary>Set to a seed and how many steps to break one at a time: "42 10".</summary>
    public const string Variable = "LLAMA3_BREAKS";

    /// <summary>Set to a file, to which a table is written.</summary>
    private const string TableVariable = "LLAMA3_BREAKS_TABLE";

    private const string Head = "| steps | change | failed | waiting | lines | seconds |\n| --- | --- | --- | --- | --- | --- |\n";

    private static readonly IReadOnlyList<IReadOnlyList<Break>> Chosen = Choose();

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Math.Max(1, Chosen.Count))];

    [Fact(DisplayName = "broken steps: a run is wrong where one of them is green, by hand or with its goldens, and where another test fails")]
    public void What_is_wrong_in_a_run()
    {
        Break[] scores = [new("Steps/Attention.cs", "/ Math.Sqrt(q.shape[^1])", "", 24, 46)];
        Wrong("24 qk_per_token: score", "24 qk_per_token: … 6 scores 3", "46 qk_per_token: score", CourseRun.Chain).Should().BeEmpty();
        Wrong("24 qk_per_token: score", "25 mask: forbid", "gate: open")
            .Should().Equal("step 46 is green", "by hand nothing shows in Steps/Attention.cs", "25 mask: forbid", "gate: open");

        IEnumerable<string> Wrong(params string[] failed) => Break.Wrong(scores, new CourseRun(failed, Waiting: 0, Lines: 0, TimeSpan.Zero));
    }

    [SkippableTheory(DisplayName = "broken steps fail, and no others: change"), MemberData(nameof(Numbers))]
    public void Only_broken_steps_fail(int number)
    {
        Skip.If(Chosen.Count == 0, "scripts/break-steps.sh breaks steps at random: each takes seconds");
        var breaks = Chosen[number];
        var run = copy.Run(CourseRun.Everything, breaks.Select(one => one.Edit));
        Write(breaks, run);
        Break.Wrong(breaks, run).Should().BeEmpty($"the change is {Changes(breaks)}");
        run.Lines.Should().BeLessThan(CourseRun.MostLines);
        run.IsInTime.Should().BeTrue($"it took {run.Time}");
    }

    private static IReadOnlyList<IReadOnlyList<Break>> Choose()
    {
        var words = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = words.Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToList();
        return numbers.Count == 0 ? [] : Breaks.Choose(numbers[0], numbers[1]);
    }

    private static void Write(IReadOnlyList<Break> breaks, CourseRun run)
    {
        if (Environment.GetEnvironmentVariable(TableVariable) is not { Length: > 0 } table) { return; }
        if (!File.Exists(table)) { File.WriteAllText(table, Head); }
        var steps = string.Join(", ", breaks.SelectMany(one => one.Steps));
        File.AppendAllText(table, string.Create(CultureInfo.InvariantCulture,
            $"| {steps} | {Changes(breaks)} | {run.Failed.Count} | {run.Waiting} | {run.Lines} | {run.Time.TotalSeconds:0.0} |\n"));
    }

    private static string Changes(IReadOnlyList<Break> breaks) =>
        string.Join("; ", breaks.Select(one => $"{Path.GetFileName(one.File)}: `{one.Old}` → `{one.New}`"));
}
