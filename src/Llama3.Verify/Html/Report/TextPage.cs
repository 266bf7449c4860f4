using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Reporting;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Html.Report;

/// <summary>What a check of texts found, as a page of HTML.</summary>
internal static class TextPage
{
    /// <summary>The text of the file.</summary>
    /// <param name="outcome">What was found.</param>
    /// <param name="tokenizer">The tokenizer by which it was judged.</param>
    /// <param name="commandLine">How to run the check again.</param>
    public static string Text(TextOutcome outcome, ITokenizer tokenizer, string commandLine)
    {
        var explained = new HashSet<TextMistake>();
        var head = new HeadView(Printable.Line(outcome.File), outcome.Passed, TextReportText.Sum(outcome.Report))
        {
            Complaints = [.. TextReportText.Complaints(outcome).Select(complaint => (string[])[complaint])],
            About = Printable.Line($"judged by {outcome.Vocabulary}"),
        };
        var view = new TextView(
            head,
            [.. outcome.Report.Kinds.Select(kind => Kind(kind, tokenizer, explained))],
            string.Join(", ", outcome.Skipped.Select(TaskReader.Name)),
            commandLine);
        return HtmlText.Of<TextReportPage>((nameof(TextReportPage.Of), view));
    }

    private static KindView Kind(KindReport kind, ITokenizer tokenizer, HashSet<TextMistake> explained) => new(
        TaskReader.Name(kind.Kind), TextReportText.Verdict(kind), kind.IsAnswered ? kind.Passed : null,
        [.. TextReportText.About(kind, tokenizer, explained).Select(ReportLine.Of)]);
}
