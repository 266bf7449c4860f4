using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;

namespace Llama3.Verify.Check;

/// <summary>What a check found, as workflow commands that GitHub Actions shows as annotations.</summary>
internal static class CheckGitHub
{
    public static void Write(Outcome outcome, TextWriter output)
    {
        var explained = new HashSet<KnownMistake>();
        foreach (var one in outcome.Passes.Prepend(outcome)) { WriteFaults(one, output, explained); }
        output.WriteLine(Command("notice", "llama3verify check", ReportText.Sum(outcome.Report)));
    }

    private static void WriteFaults(Outcome outcome, TextWriter output, HashSet<KnownMistake> explained)
    {
        var pass = ReportText.Pass(outcome.Report);
        foreach (var step in outcome.Faults)
        {
            var about = string.Join('\n', JudgedStepText.WithVerdict(step, outcome.Report, explained));
            output.WriteLine(Command("error", pass + JudgedStepText.Name(step.Step), about));
        }
        foreach (var result in outcome.Report.Dump.Unreadable)
        {
            output.WriteLine(Command("error", $"{pass}cannot be read", result.ToString()));
        }
        foreach (var step in outcome.SkippedInVain) { output.WriteLine(Command("error", JudgedStepText.Name(step.Step), JudgedStepText.InVain(step))); }
        foreach (var step in outcome.Missing) { output.WriteLine(Command("error", pass + JudgedStepText.Name(step), JudgedStepText.Missing)); }
        if (outcome.Report.Drifts) { output.WriteLine(Command("error", $"{pass}drift", ReportText.Drift(outcome.Report))); }
    }

    /// <summary>The annotation for a dump that cannot be used.</summary>
    public static void WriteError(string message, TextWriter output) => output.WriteLine(Command("error", "llama3verify check", message));

    private static string Command(string level, string title, string message) => $"::{level} title={Property(title)}::{Message(message)}";

    private static string Property(string text) =>
        Message(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string Message(string text) => text.Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
