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
        foreach (var told in Told.Of(outcome.Report)) { WriteFaults(outcome.Of(told.First), told, output, explained); }
        foreach (var complaint in Complaint.Of(outcome)) { output.WriteLine(WorkflowCommand.Of("error", complaint.Title, complaint.InFull)); }
        foreach (var line in ReportText.AgreesIn(outcome.Report)) { output.WriteLine(WorkflowCommand.Of("notice", "precision", line)); }
        output.WriteLine(WorkflowCommand.Of("notice", "llama3verify check", ReportText.Sum(outcome.Report)));
    }

    private static void WriteFaults(Outcome outcome, Told told, TextWriter output, HashSet<KnownMistake> explained)
    {
        foreach (var step in outcome.Faults)
        {
            var about = JudgedStepText.WithVerdict(step, outcome.Report, explained).Concat(told.Lines);
            output.WriteLine(WorkflowCommand.Of("error", ReportText.Pass(outcome.Report) + JudgedStepText.Name(step.Step), string.Join('\n', about)));
        }
    }

    /// <summary>The annotation for a dump that cannot be used.</summary>
    public static void WriteError(string message, TextWriter output) => output.WriteLine(WorkflowCommand.Of("error", "llama3verify check", message));
}
