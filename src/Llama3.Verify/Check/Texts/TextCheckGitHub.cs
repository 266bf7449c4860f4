using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Reporting;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Check.Texts;

/// <summary>What a check of texts found, for GitHub Actions: annotations, and the page of the run.</summary>
internal static class TextCheckGitHub
{
    /// <summary>An annotation for each kind at fault, and the sum.</summary>
    public static void Write(TextOutcome outcome, ITokenizer tokenizer, TextWriter output)
    {
        foreach (var kind in outcome.Faults)
        {
            output.WriteLine(WorkflowCommand.Of("error", TaskReader.Name(kind.Kind), string.Join('\n', TextReportText.About(kind, tokenizer, []).Prepend(TextReportText.Verdict(kind)))));
        }
        foreach (var complaint in TextReportText.Complaints(outcome)) { output.WriteLine(WorkflowCommand.Of("error", complaint.Split(':')[0], complaint)); }
        output.WriteLine(WorkflowCommand.Of("notice", "llama3verify check", TextReportText.Sum(outcome.Report)));
    }

    /// <summary>The page: the verdict, the sum, and a row for each kind that was answered.</summary>
    public static string Summary(TextOutcome outcome, ITokenizer tokenizer, string? html)
    {
        var rows = outcome.Report.Kinds.Where(kind => kind.IsAnswered).Select(kind =>
            $"| {TaskReader.Name(kind.Kind)} | {TextReportText.Verdict(kind)} | {string.Join("<br>", TextReportText.About(kind, tokenizer, []).Select(CheckSummary.Escaped))} |");
        return string.Join('\n', [
            $"{CheckSummary.Title}: {(outcome.Passed ? "passes" : "fails")}", "",
            CheckSummary.Escaped(TextReportText.Sum(outcome.Report)),
            .. TextReportText.Complaints(outcome).Select(complaint => $"\n{CheckSummary.Escaped(complaint)}"),
            "", "| texts | verdict | |", "| --- | --- | --- |", .. rows, .. CheckSummary.Page(html)]) + "\n";
    }
}
