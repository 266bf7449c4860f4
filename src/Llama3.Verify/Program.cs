using System.CommandLine;
using System.Text.RegularExpressions;
using Llama3.Formats.Input;
using Llama3.Verify.Commands;
using Llama3.Verify.Shell;

Interruption.Handle();
LostPages.Handle();
var root = WalkCommand.Create();
root.Subcommands.Add(GenerateCommand.Create());
root.Subcommands.Add(ExperimentCommand.Create());
root.Subcommands.Add(CourseCommand.Create());
root.Subcommands.Add(CheckCommand.Create());
root.Subcommands.Add(CopyCommand.Create());
root.Subcommands.Add(StepsCommand.Create());
root.Subcommands.Add(ExplainCommand.Create());
root.Subcommands.Add(InspectCommand.Create());
root.Subcommands.Add(FactsCommand.Create());
root.Subcommands.Add(EncodeCommand.Create());
root.Subcommands.Add(DecodeCommand.Create());
root.Subcommands.Add(TextsCommand.Create());
var arguments = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (arguments.Errors is [var first, ..]) { return Failure($"{ParseErrors.InWords(first.Message).TrimEnd('.')}; --help tells what can be given", ExitCode.UnusableInput); }
try
{
    // Not for --help and --version.
    if (arguments.Action == arguments.CommandResult.Command.Action) { Engine.Load(); }
    return arguments.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BadInputException error)
{
    return Failure(error.Message, ExitCode.UnusableInput);
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException)
{
    return Failure($"the output cannot be written: {error.Message}", ExitCode.Unexpected);
}
catch (Exception error)
{
    return Failure($"unexpected {error.GetType().Name}: {error.Message}", ExitCode.Unexpected);
}

static int Failure(string message, int exitCode)
{
    Console.Error.WriteLine($"llama3verify: {Printable.Line(Regex.Replace(message, @"\s+", " "))}");
    return exitCode;
}
