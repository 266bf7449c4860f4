using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;

namespace Llama3.Course;

/// <summary>What became of a test.</summary>
internal enum Result
{
    Passed,
    Failed,
    Skipped,

    /// <summary>It stands for tests that were not run because a step is broken.</summary>
    Waits,
}

/// <summary>The result of a test.</summary>
/// <param name="Area">What the assembly tests: "Reference" for the course, "Formats", …</param>
/// <param name="Name">The display name of the test.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Message">Why it failed or was skipped; empty if it passed.</param>
/// <param name="Place">Where in the source it failed; empty if that is not known.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it was over.</param>
internal sealed partial record Outcome(
    string Area, string Name, Result Result, string Message, string Place, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>What the reason of a skipped test begins with when it stands for tests that wait for a step.</summary>
    private const string Waiting = "waits: ";

    private const string Course = "Reference";

    /// <summary>Whether it is a test of the course.</summary>
    public bool IsInCourse => Area == Course;

    /// <summary>The line of the table of contents that the test belongs to: of a step its own, of others what stands before the colon.</summary>
    public string Chapter => StepTest().Match(Name) switch
    {
        { Success: false } => Name.Split(':')[0],
        var step when step.Groups["by_hand"].Success => "the steps' functions by hand",
        _ => Name,
    };

    /// <summary>From what the test platform reports.</summary>
    public static Outcome Of(TestResult result) => Of(
        AreaOf(result.TestCase.Source), result.DisplayName ?? result.TestCase.DisplayName,
        result.Outcome switch { TestOutcome.Passed => Result.Passed, TestOutcome.Failed => Result.Failed, _ => Result.Skipped },
        MessageOf(result), PlaceIn(result.ErrorStackTrace), result.StartTime, result.EndTime);

    /// <summary>From its parts, with the message as xunit has it.</summary>
    public static Outcome Of(string area, string name, Result result, string message, string place, DateTimeOffset start, DateTimeOffset end)
    {
        var text = message.ReplaceLineEndings("\n").Trim('\n');
        var waits = result == Result.Skipped && text.StartsWith(Waiting, StringComparison.Ordinal);
        return new Outcome(area, name, waits ? Result.Waits : result, waits ? text[Waiting.Length..] : text, place, start, end);
    }

    /// <summary>Why a test was skipped is in its standard output.</summary>
    private static string MessageOf(TestResult result) =>
        result.ErrorMessage ?? result.Messages.FirstOrDefault(message => message.Category == TestResultMessage.StandardOutCategory)?.Text ?? "";

    /// <summary>"Formats" of Llama3.Formats.Tests.dll.</summary>
    private static string AreaOf(string assembly) =>
        Path.GetFileNameWithoutExtension(assembly).Replace("Llama3.", "", StringComparison.Ordinal).Replace(".Tests", "", StringComparison.Ordinal);

    private static string PlaceIn(string? trace) => trace is not null && SourceLine().Match(trace) is { Success: true } match
        ? $"{Path.GetRelativePath(Environment.CurrentDirectory, match.Groups["file"].Value)}:{match.Groups["line"].Value}"
        : "";

    [GeneratedRegex(@" in (?<file>.*?\.cs):line (?<line>\d+)")]
    private static partial Regex SourceLine();

    [GeneratedRegex(@"^\d\d \S+: (?<by_hand>…)?")]
    private static partial Regex StepTest();
}
