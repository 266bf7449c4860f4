using System.CommandLine;
using System.Globalization;
using System.Text;
using Llama3.Formats.Input;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Turns token ids into text.</summary>
internal static class DecodeCommand
{
    private static readonly Argument<string[]> IdsArgument = new("ID") { Description = "The ids; standard input if they are left out." };

    private static readonly Option<bool> JsonlOption = new("--jsonl")
    {
        Description = "Read a JSON array of ids from each line of standard input, write a JSON string for each.",
    };

    private static readonly Option<string?> TokenizerOption = Commands.TokenizerOption.Create();

    public static Command Create()
    {
        var command = new Command("decode", "Turns token ids into text; bytes that are not UTF-8 become U+FFFD.")
        {
            IdsArgument, TokenizerOption, JsonlOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var tokenizer = Commands.TokenizerOption.Open(arguments, TokenizerOption);
        using var output = Terminal.Output();
        if (arguments.GetValue(JsonlOption))
        {
            foreach (var text in StandardInput.Lines(line => JsonLine.Of(tokenizer.decode(JsonLine.Ids(line)))))
            {
                output.WriteLine(text);
                output.Flush();
            }
            return ExitCode.Success;
        }
        var ids = arguments.GetValue(IdsArgument) is { Length: > 0 } given ? given.SelectMany(Ids) : StandardInput.Lines(Ids).SelectMany(line => line);
        output.Write(tokenizer.decode(ids));
        return ExitCode.Success;
    }

    private static int[] Ids(byte[] line) => Ids(Encoding.UTF8.GetString(line));

    private static int[] Ids(string text) =>
    [
        .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? id
                : throw new BadInputException($"\"{Printable.Text(word)}\" is not a token id")),
    ];
}
