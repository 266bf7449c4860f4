using System.CommandLine;
using System.Globalization;
using Llama3.Formats.Input;
using Llama3.Reference.Steps;

namespace Llama3.Verify.Commands;

/// <summary>Ids of tokens in place of a prompt, for checkpoints without a tokenizer too.</summary>
internal static class TokensOption
{
    private const string Expected = "expected ids of tokens with commas between them, such as 1,2,3";

    /// <summary>The option. A command creates its own, for an option belongs to one command.</summary>
    public static Option<string?> Create() => new("--tokens")
    {
        Description = "The ids of tokens to continue, instead of a prompt: for a checkpoint without a tokenizer, or to take them as they are.",
        HelpName = "1,2,3",
    };

    /// <summary>Whether it was given.</summary>
    /// <exception cref="BadInputException">An option was given that is for texts.</exception>
    public static bool IsGiven(ParseResult arguments, Option<string?> option, params Option[] ofTexts)
    {
        if (arguments.GetValue(option) is null) { return false; }
        return Array.Find(ofTexts, other => arguments.GetResult(other) is { Implicit: false }) is { } given
            ? throw new BadInputException($"{given.Name} is for texts, and --tokens gives ids: give one of them")
            : true;
    }

    /// <summary>The ids, each of which the model has; null if the option was not given.</summary>
    /// <exception cref="BadInputException">There is none, there are too many, or one is no id.</exception>
    public static IReadOnlyList<int>? Ids(ParseResult arguments, Option<string?> option, int vocab_size)
    {
        if (arguments.GetValue(option) is not { } text) { return null; }
        if (text.Length == 0) { throw new BadInputException($"--tokens is empty: {Expected}"); }
        var pieces = text.Split(',');
        return pieces.Length <= Prompt.MaxTokens
            ? [.. pieces.Select(piece => Id(piece, vocab_size))]
            : throw new BadInputException($"--tokens gives {pieces.Length} ids; at most {Prompt.MaxTokens} fit (Meta's default for max_seq_len)");
    }

    private static int Id(string piece, int vocab_size)
    {
        if (!long.TryParse(piece, NumberStyles.Integer, CultureInfo.InvariantCulture, out var id))
        {
            throw new BadInputException($"--tokens: '{Printable.Text(piece)}' is not a number, {Expected}");
        }
        return id >= 0 && id < vocab_size
            ? (int)id
            : throw new BadInputException($"--tokens: the model has no token {id}, expected 0 to {vocab_size - 1}, as its vocab_size says");
    }
}
