using System.Xml.Linq;
using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;

namespace Llama3.Verify.Check;

/// <summary>
/// What a check found, as JUnit XML: a test case for each step that was dumped, in the prompt and in each pass, and one for each complaint
/// that is not about a step. Steps that were not dumped are listed in a property.
/// </summary>
internal static class CheckJUnit
{
    private const string Area = "llama3verify";

    /// <summary>Writes all that was found.</summary>
    /// <param name="outcome">What was found.</param>
    /// <param name="time">How long the check took, all steps together: they are not measured one by one.</param>
    /// <param name="html">The file with the pictures, as given; null if there is none.</param>
    /// <param name="file">Where to.</param>
    public static void Write(Outcome outcome, TimeSpan time, string? html, Stream file)
    {
        var explained = new HashSet<KnownMistake>();
        var cases = Told.Of(outcome.Report).SelectMany(told => Cases(outcome.Of(told.First), told, explained));
        JUnit.Write([.. cases, .. Complaint.Of(outcome).Select(complaint => JUnit.Test(Area, complaint.Title, JUnit.Failure(complaint.InFull)))], time, [("not dumped", NotDumped(outcome.Report)), ("html", html)], file);
    }

    /// <summary>The report on a dump, or on something else, that cannot be used.</summary>
    public static void WriteError(string message, string what, TimeSpan time, string? html, Stream file) =>
        JUnit.Write([JUnit.Test(Area, $"the {what} can be used", JUnit.Error(message))], time, [("html", html)], file);

    private static string? NotDumped(PortReport report) =>
        ReportText.NotDumped(report).ToList() is { Count: > 0 } steps ? NumberText.Ranges(steps) : null;

    /// <summary>The steps of the prompt or of a pass, then those of the passes that repeat it.</summary>
    private static IEnumerable<XElement> Cases(Outcome outcome, Told told, HashSet<KnownMistake> explained) =>
    [
        .. Dumped(outcome.Report).Select(step => Case(step, outcome.Report, Result(step, outcome, told, explained))),
        .. told.Again.SelectMany(pass => Dumped(pass).Select(step => Case(step, pass, Repeated(step, told)))),
    ];

    private static IEnumerable<JudgedStep> Dumped(PortReport report) => report.Steps.Where(step => step.Verdict != Verdict.NotDumped);

    private static XElement Case(JudgedStep step, PortReport report, XElement? result) =>
        JUnit.Test(Area, $"{ReportText.Pass(report)}{JudgedStepText.Name(step.Step)}", result);

    private static XElement? Result(JudgedStep step, Outcome outcome, Told told, HashSet<KnownMistake> explained) => step.Verdict switch
    {
        Verdict.Ok => null,
        Verdict.Inherited => JUnit.Skipped(JudgedStepText.WithVerdict(step, outcome.Report, explained).First()),
        _ when outcome.Skipped.Contains(step.Step) => JUnit.Skipped("known to be wrong: --skip"),
        _ => JUnit.Failure(string.Join('\n', JudgedStepText.WithVerdict(step, outcome.Report, explained).Concat(told.Lines))),
    };

    private static XElement? Repeated(JudgedStep step, Told told) =>
        step.Verdict == Verdict.Ok ? null : JUnit.Skipped($"{step.Verdict.InWords()}: the same as in {told.Place}");
}
