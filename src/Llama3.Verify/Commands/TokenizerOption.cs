using System.CommandLine;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Commands;

/// <summary>Which vocabulary a command uses. A command creates its own option, for an option belongs to one command.</summary>
internal static class TokenizerOption
{
    /// <summary>The option.</summary>
    public static Option<string?> Create(string description = "Llama 3's tokenizer.model or tokenizer.json, or a GGUF; the embedded micro vocabulary if left out.") =>
        new("--tokenizer") { Description = description, HelpName = "FILE" };

    /// <summary>The embedded excerpt of Llama 3's vocabulary.</summary>
    public static ITokenizer Embedded => Llama3Tokenizer.Read(new MemoryStream(MicroModel.Micro.Read("tokenizer.model")), "the embedded tokenizer.model");

    /// <summary>The tokenizer that was asked for.</summary>
    public static ITokenizer Open(ParseResult arguments, Option<string?> option)
    {
        if (arguments.GetValue(option) is { } path) { return Open(path); }
        Console.Error.WriteLine("llama3verify: the embedded micro vocabulary is used, which cuts most texts into more tokens than Llama 3's; "
            + "--tokenizer FILE takes another");
        return Embedded;
    }

    /// <summary>A tokenizer by which texts are judged.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is not Llama 3's.</exception>
    public static ITokenizer OpenLlama3(string path) => Open(path) is { ranks: not null } tokenizer
        ? tokenizer
        : throw new BadInputException($"{path} holds another vocabulary than Llama 3's: texts are judged by Llama 3's alone");

    private static ITokenizer Open(string path) =>
        path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? GgufVocabularyReader.Open(path) : Llama3Tokenizer.Open(path);
}
