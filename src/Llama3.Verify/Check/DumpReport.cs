using Llama3.Checking.Judging;
using Spectre.Console;

namespace Llama3.Verify.Check;

/// <summary>The report on dumped tensors.</summary>
internal sealed class DumpReport(Outcome outcome) : CheckReport
{
    public override bool Passed => outcome.Passed;

    public override string Json => CheckJson.Text(outcome);

    public override string Summary => CheckSummary.Text(outcome);

    public override void Show(IAnsiConsole console, bool verbose) => new CheckPage(console, outcome, []).Show(verbose);

    public override void WriteJUnit(TimeSpan time, Stream file) => CheckJUnit.Write(outcome, time, file);

    public override void WriteAnnotations(TextWriter output) => CheckGitHub.Write(outcome, output);
}
