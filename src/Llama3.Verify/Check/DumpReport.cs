using Llama3.Checking.Judging;
using Llama3.Verify.Html.Report;
using Spectre.Console;

namespace Llama3.Verify.Check;

/// <summary>The report on dumped tensors.</summary>
/// <param name="outcome">What was found.</param>
/// <param name="pictures">The pictures of its page.</param>
internal sealed class DumpReport(Outcome outcome, DumpPictures pictures) : CheckReport
{
    public override bool Passed => outcome.Passed;

    public override string Json(string? html) => CheckJson.Text(outcome, html);

    public override string Summary(string? html) => CheckSummary.Text(outcome, html);

    public override string Html(string commandLine) => new DumpPage(outcome, pictures).Text(commandLine);

    public override void Show(IAnsiConsole console, bool verbose) => new CheckPage(console, outcome, []).Show(verbose);

    public override void WriteJUnit(TimeSpan time, string? html, Stream file) => CheckJUnit.Write(outcome, time, html, file);

    public override void WriteAnnotations(TextWriter output) => CheckGitHub.Write(outcome, output);
}
