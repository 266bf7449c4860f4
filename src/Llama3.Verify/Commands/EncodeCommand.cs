using System.CommandLine;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Turns text into token ids.</summary>
internal static class EncodeCommand
{
    private static readonly Argument<string> TextArgument = new("TEXT")
    {
        Description = "The text; standard input if it is left out or -.",
        DefaultValueFactory = _ => "-",
    };

    private static readonly Option<bool> SpecialOption = new("--special")
    {
        Description = "Make names such as <|eot_id|> special tokens; without it a text that holds one is refused.",
    };

    private static readonly Option<bool> JsonlOption = new("--jsonl")
    {
        Description = "Read a JSON string from each line of standard input, write a JSON array of ids for each.",
    };

    private static readonly Option<bool> MergesOption = new("--merges")
    {
        Description = "Show, merge by merge, how each piece of the text is put together.",
    };

    private static readonly Option<string?> TokenizerOption = Commands.TokenizerOption.Create();

    public static Command Create()
    {
        var command = new Command("encode", "Turns text into token ids.")
        {
            TextArgument, TokenizerOption, SpecialOption, JsonlOption, MergesOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (tokenizer, special) = (Commands.TokenizerOption.Open(arguments, TokenizerOption), arguments.GetValue(SpecialOption));
        using var output = Terminal.Output();
        if (arguments.GetValue(JsonlOption))
        {
            foreach (var ids in StandardInput.Lines(line => JsonLine.Of(tokenizer.encode(JsonLine.Text(line), special))))
            {
                output.WriteLine(ids);
                output.Flush();
            }
            return ExitCode.Success;
        }
        var text = arguments.GetValue(TextArgument) is var given && given != "-" ? given! : StandardInput.Text();
        if (arguments.GetValue(MergesOption)) { MergesPage.Write(output, tokenizer, text); }
        else { output.WriteLine(string.Join(' ', tokenizer.encode(text, special))); }
        return ExitCode.Success;
    }
}
