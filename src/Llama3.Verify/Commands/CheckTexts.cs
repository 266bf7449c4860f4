using System.CommandLine;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Verify.Check.Texts;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>The part of "check" that judges texts: what a port answered to the lines of "texts".</summary>
internal static class CheckTexts
{
    private const int MostBytes = 1 << 29;

    /// <summary>The file of the answers.</summary>
    public static Option<string?> Option { get; } = new("--texts")
    {
        Description = "In place of DUMP: judge what the port answered to the lines of llama3verify texts, a JSON object on each line; - is standard input. --skip takes a kind then.",
        HelpName = "FILE",
    };

    /// <summary>The vocabulary by which they are judged.</summary>
    public static Option<string?> TokenizerOption { get; } = Commands.TokenizerOption.Create(
        "With --texts: the vocabulary that the port has, Llama 3's tokenizer.model or tokenizer.json, or a GGUF of Llama 3. The embedded excerpt will do for the texts of the list.");

    /// <summary>Judges.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="path">The file of the answers.</param>
    /// <param name="skipped">The kinds that are known to be wrong.</param>
    /// <param name="complete">Whether all of the list must be answered.</param>
    /// <exception cref="BadInputException">The answers or an argument cannot be used.</exception>
    public static TextCheckReport Judge(ParseResult arguments, string path, IEnumerable<string> skipped, bool complete)
    {
        TextKind[] kinds = [.. skipped.Select(Kind)];
        var vocabulary = arguments.GetValue(TokenizerOption);
        var tokenizer = vocabulary is null ? Commands.TokenizerOption.Embedded : Commands.TokenizerOption.OpenLlama3(vocabulary);
        IReadOnlyList<TextTask> listed = vocabulary is null ? TextTasks.All : [.. TextTasks.All, .. TextTasks.Of(tokenizer.ranks!)];
        var (file, answered) = Answers(path, tokenizer, vocabulary is null, listed);
        var asked = complete ? listed : Asked(answered, listed);
        return new(new(TextReport.Of(answered, tokenizer, asked), file, vocabulary ?? "the embedded excerpt of Llama 3's vocabulary", kinds, complete), tokenizer);
    }

    /// <summary>The list is asked of those who answer some of it, and the tokens of a whole vocabulary of those who answer some of them.</summary>
    private static IReadOnlyList<TextTask> Asked(IReadOnlyList<AnsweredTask> answered, IReadOnlyList<TextTask> listed)
    {
        var ids = answered.Select(task => task.Task.Id).ToHashSet();
        return !listed.Any(task => ids.Contains(task.Id)) ? [] : listed.Skip(TextTasks.All.Count).Any(task => ids.Contains(task.Id)) ? listed : TextTasks.All;
    }

    private static (string File, IReadOnlyList<AnsweredTask> Answered) Answers(string path, ITokenizer tokenizer, bool isExcerpt, IReadOnlyList<TextTask> listed)
    {
        if (path.Length == 0) { throw new BadInputException("--texts is empty: expected the name of a file, or - for standard input"); }
        if (path == "-")
        {
            using var input = StandardStreams.Input();
            return ("standard input", AnswerFile.Read(input, "standard input", tokenizer, isExcerpt, listed));
        }
        return (path, InputFile.Read(path, stream => InputFile.LengthOf(path) <= MostBytes
            ? AnswerFile.Read(stream, path, tokenizer, isExcerpt, listed)
            : throw new BadInputException($"{path} is larger than {MostBytes:N0} bytes, which no answers need; is it the right file?")));
    }

    private static TextKind Kind(string name) => TaskReader.Kind(name)
        ?? throw new BadInputException($"--skip {Printable.Text(name)}: with --texts it takes a kind, one of {string.Join(", ", TaskReader.Kinds)}");
}
