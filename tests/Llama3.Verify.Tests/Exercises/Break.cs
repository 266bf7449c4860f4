namespace Llama3.Verify.Tests.Exercises;

/// <summary>A change that breaks steps.</summary>
/// <param name="File">The file that is changed, below src/Llama3.Reference.</param>
/// <param name="Old">What is replaced; the file has it once.</param>
/// <param name="New">What stands there instead.</param>
/// <param name="Steps">The numbers of the steps that it breaks: of all that use the function, or of the one whose input is another.</param>
internal sealed record Break(string File, string Old, string New, params int[] Steps)
{
    /// <summary>Whether a function is changed, and not what it is given.</summary>
    private bool IsInFunction => File.StartsWith("Steps/", StringComparison.Ordinal);

    /// <summary>The change as it is made.</summary>
    public Edit Edit => Edit.Lines($"src/Llama3.Reference/{File}", Old, New);

    /// <summary>What is not as it should be in a run: broken steps that are green, and tests that fail though they are of other steps.</summary>
    public static IEnumerable<string> Wrong(IReadOnlyList<Break> breaks, CourseRun run)
    {
        var steps = breaks.SelectMany(one => one.Steps).Distinct().ToList();
        var byHand = StepsOf(run.Failed.Where(CourseRun.IsByHand));
        return
        [
            .. steps.Except(StepsOf(run.Failed.Where(test => !CourseRun.IsByHand(test)))).Select(step => $"step {step} is green"),
            .. breaks.Where(one => one.IsInFunction && !one.Steps.Intersect(byHand).Any()).Select(one => $"by hand nothing shows in {one.File}"),
            .. run.Failed.Where(test => CourseRun.StepOf(test) is { } step ? !steps.Contains(step) : test != CourseRun.Chain),
        ];
    }

    private static int[] StepsOf(IEnumerable<string> tests) => [.. tests.Select(CourseRun.StepOf).OfType<int>()];
}
