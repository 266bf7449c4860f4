using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Reporting;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Verify.Printing;
using Spectre.Console;

namespace Llama3.Verify.Check.Texts;

/// <summary>Prints what a check of texts found, for people.</summary>
/// <param name="console">Where to.</param>
/// <param name="outcome">What was found.</param>
/// <param name="tokenizer">The tokenizer by which it was judged.</param>
internal sealed class TextCheckPage(IAnsiConsole console, TextOutcome outcome, ITokenizer tokenizer)
{
    private const int Indent = 3;
    private const int NameWidth = 14;

    /// <summary>A line for each kind, what is wrong below it, then the sum.</summary>
    /// <param name="verbose">Whether to show every wrong answer, not only the first of a kind.</param>
    public void Show(bool verbose)
    {
        console.MarkupLine($"[dim]{Markup.Escape(Printable.Line($"{outcome.File}: judged by {outcome.Vocabulary}"))}[/]");
        console.WriteLine();
        var explained = new HashSet<TextMistake>();
        foreach (var kind in outcome.Report.Kinds)
        {
            console.MarkupLine($"{TaskReader.Name(kind.Kind),-NameWidth}[{Colour(kind)}]{TextReportText.Verdict(kind)}[/]");
            foreach (var line in TextReportText.About(kind, tokenizer, explained)) { Detail(line); }
            if (verbose) { ShowOthers(kind); }
        }
        console.WriteLine();
        console.MarkupLine($"[bold {(outcome.Passed ? "green" : "red")}]{Markup.Escape(TextReportText.Sum(outcome.Report))}[/]");
        if (outcome.Skipped.Count > 0) { console.MarkupLine($"skipped: {string.Join(", ", outcome.Skipped.Select(TaskReader.Name))}"); }
        foreach (var complaint in TextReportText.Complaints(outcome)) { console.MarkupLine($"[red]{Markup.Escape(complaint)}[/]"); }
    }

    private void ShowOthers(KindReport kind)
    {
        foreach (var line in kind.Wrong.Skip(1).SelectMany(wrong => TextReportText.WrongAnswer(wrong, tokenizer))) { Detail(line); }
    }

    /// <summary>Indented as the line itself is, and further where it goes on.</summary>
    private void Detail(string text)
    {
        var indent = Indent + text.Length - text.TrimStart().Length;
        foreach (var (row, line) in Wrapped.Lines(text.TrimStart(), console.Profile.Width - indent, console.Profile.Width - indent - 2).Index())
        {
            console.MarkupLine($"{new string(' ', row == 0 ? indent : indent + 2)}{Markup.Escape(line)}");
        }
    }

    private static string Colour(KindReport kind) => !kind.IsAnswered ? "dim" : kind.Passed ? "green" : "red";
}
