using System.CommandLine;
using Llama3.Checking.Facts;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Compares a checkpoint with all that the notebooks printed for Meta-Llama-3-8B.</summary>
internal static class FactsCommand
{
    private const string Description = "Tells which of the facts that the notebooks printed for Meta-Llama-3-8B hold for a checkpoint, "
        + "its heatmaps included. Exit code 0: all hold, 1: some do not, 2: the checkpoint or an argument cannot be used.";

    private static readonly Option<string?> CheckpointOption = ModelOptions.CreateCheckpoint();

    private static readonly Option<bool> JsonOption = new("--json") { Description = "Print the facts as JSON; docs/json.md describes the fields." };

    public static Command Create()
    {
        var command = new Command("facts", Description) { CheckpointOption, JsonOption };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        using var opened = ModelOptions.Open(arguments, CheckpointOption);
        var findings = Judge(opened ?? MicroModel.Micro.Checkpoint);
        var console = Terminal.Create();
        if (arguments.GetValue(JsonOption)) { Console.Out.WriteLine(Text(findings)); }
        else { new FactsPage(console).Show(findings); }
        return findings.TrueForAll(finding => finding.Holds) ? ExitCode.Success : ExitCode.Differs;
    }

    private static List<FactFinding> Judge(Checkpoint checkpoint)
    {
        using var progress = ProgressLine.Create();
        using var check = new FactCheck(checkpoint, new WalkProgress(checkpoint.Params, progress, walks: 2).Read);
        return [.. FactCheck.Facts.Select(fact => progress.During(fact.Id, () => check.Judge(fact)))];
    }

    private static string Text(List<FactFinding> findings) => Json.Text(new
    {
        Hold = findings.Count(finding => finding.Holds),
        Facts = findings.Select(finding => new { finding.Fact.Id, finding.Fact.Notebook, finding.Fact.Cell, finding.Holds, finding.Problem }),
    });
}
