using System.CommandLine;
using Llama3.Formats.Checkpoints;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Lists what a checkpoint holds, without reading its weights.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> PathArgument = new("PATH")
    {
        Description = "A folder, as Meta or Hugging Face distribute Llama 3, a GGUF file, or one .safetensors file with its config.json beside it.",
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "Print the list as JSON; docs/json.md describes its fields." };

    public static Command Create()
    {
        var command = new Command("inspect", "Lists the tensors of a checkpoint, what model they make, and what is missing; reads no weights.")
        {
            PathArgument, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var console = Terminal.Create();
        var inspection = CheckpointInspection.Of(arguments.GetValue(PathArgument)!);
        if (arguments.GetValue(JsonOption)) { Console.Out.WriteLine(InspectJson.Text(inspection)); }
        else { new InspectPage(console).Show(inspection); }
        foreach (var problem in inspection.Problems) { Console.Error.WriteLine($"llama3verify: {problem}"); }
        return inspection.Problems.Count == 0 ? ExitCode.Success : ExitCode.UnusableInput;
    }
}
