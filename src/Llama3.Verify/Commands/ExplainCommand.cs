using System.CommandLine;
using Llama3.Checking.Names;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Prints everything about one step or finer point.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> StepArgument = new("ID|NUMBER")
    {
        Description = "A step by its id or number, or a finer point by its id.",
    };

    public static Command Create()
    {
        const string Description = "Tells everything about one step: formula, code, shapes, goldens, tolerances, known mistakes, other names.";
        var command = new Command("explain", Description) { StepArgument };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var step = Aliases.Find(arguments.GetValue(StepArgument)!);
        new ExplainPage(Terminal.Create(), step).Show();
        return ExitCode.Success;
    }
}
