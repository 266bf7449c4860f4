using System.CommandLine;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Lists what can be dumped.</summary>
internal static class StepsCommand
{
    private static readonly Option<bool> JsonOption = new("--json") { Description = "Print the list as JSON; docs/json.md describes its fields." };

    public static Command Create()
    {
        var command = new Command("steps", "Lists the 42 steps and the finer points inside them: what a port must and may dump, and in which shape.")
        {
            JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var console = Terminal.Create();
        if (arguments.GetValue(JsonOption)) { Console.Out.WriteLine(StepsJson.Text()); }
        else { new StepsPage(console).Show(); }
        return ExitCode.Success;
    }
}
