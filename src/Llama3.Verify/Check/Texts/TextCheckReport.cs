using Llama3.Checking.Texts.Judging;
using Llama3.Formats.Tokenizers;
using Llama3.Verify.Html.Report;
using Spectre.Console;

namespace Llama3.Verify.Check.Texts;

/// <summary>The report on texts.</summary>
internal sealed class TextCheckReport(TextOutcome outcome, ITokenizer tokenizer) : CheckReport
{
    public override bool Passed => outcome.Passed;

    public override string Json(string? html) => TextCheckJson.Text(outcome, tokenizer, html);

    public override string Summary(string? html) => TextCheckGitHub.Summary(outcome, tokenizer, html);

    public override string Html(string commandLine) => TextPage.Text(outcome, tokenizer, commandLine);

    public override void Show(IAnsiConsole console, bool verbose) => new TextCheckPage(console, outcome, tokenizer).Show(verbose);

    public override void WriteJUnit(TimeSpan time, string? html, Stream file) => TextCheckJUnit.Write(outcome, tokenizer, time, html, file);

    public override void WriteAnnotations(TextWriter output) => TextCheckGitHub.Write(outcome, tokenizer, output);
}
