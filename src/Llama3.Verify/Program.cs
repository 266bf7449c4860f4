using System.CommandLine;
using Llama3.Reference;
using Llama3.Verify;

var command = WalkCommand.Create();
var parsed = command.Parse(args);
if (parsed.Errors is [var first, ..]) { return Failure(first.Message); }
try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BadInputException error)
{
    return Failure(error.Message);
}

static int Failure(string message)
{
    Console.Error.WriteLine($"llama3verify: {message.ReplaceLineEndings(" ")}");
    return ExitCode.UnusableInput;
}
