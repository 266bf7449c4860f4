using System.CommandLine;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Formats.Input;
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
        var id = arguments.GetValue(StepArgument)!;
        if (KnownMistakes.All.Concat(KnownMistakes.OfPasses).FirstOrDefault(mistake => mistake.Name == id) is { } mistake)
        {
            throw new BadInputException($"'{id}' is a known mistake, not a step: {mistake.Mistake}; explain {mistake.Wrong.Keys.First().id} "
                + "tells of the step that it gets wrong");
        }
        var step = Aliases.Find(id);
        new ExplainPage(Terminal.Create(), step).Show();
        return ExitCode.Success;
    }
}
