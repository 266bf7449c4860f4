using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llama3.Checking.Texts.Tasks;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Prints what a port's tokenizer, template, stream, stops and sampler are tried on.</summary>
internal static class TextsCommand
{
    private const string Description = "Prints texts, conversations, ids and scores for a port to work on, a JSON object on each line; check --texts judges what it answers.";

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Option<string?> TokenizerOption = Commands.TokenizerOption.Create(
        "Llama 3's tokenizer.model or tokenizer.json, or a GGUF of Llama 3, for texts in which each of its tokens occurs.");

    public static Command Create()
    {
        var command = new Command("texts", Description) { TokenizerOption };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var tokenizer = arguments.GetValue(TokenizerOption) is { } path ? Commands.TokenizerOption.OpenLlama3(path) : null;
        using var output = Terminal.Output();
        foreach (var line in TextTasks.Lines) { output.WriteLine(line); }
        foreach (var task in tokenizer is null ? [] : TextTasks.Of(tokenizer.ranks!))
        {
            output.WriteLine(JsonSerializer.Serialize(new { id = task.Id, kind = TaskReader.Name(task.Kind), text = task.Text }, Options));
        }
        return ExitCode.Success;
    }
}
