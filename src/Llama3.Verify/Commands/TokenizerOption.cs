using System.CommandLine;
using Llama3.Checking.Goldens;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Commands;

/// <summary>Which vocabulary "encode" and "decode" use.</summary>
internal static class TokenizerOption
{
    /// <summary>The option, one for both commands.</summary>
    public static Option<string?> Option { get; } = new("--tokenizer")
    {
        Description = "Llama 3's tokenizer.model or tokenizer.json; the embedded micro vocabulary if left out.",
        HelpName = "FILE",
    };

    /// <summary>The tokenizer that was asked for.</summary>
    public static Llama3Tokenizer Open(ParseResult arguments)
    {
        if (arguments.GetValue(Option) is { } path) { return Llama3Tokenizer.Open(path); }
        Console.Error.WriteLine("llama3verify: the embedded micro vocabulary is used, which cuts most texts into more tokens than Llama 3's; "
            + "--tokenizer FILE takes another");
        return Llama3Tokenizer.Read(new MemoryStream(MicroModel.Micro.Read("tokenizer.model")), "the embedded tokenizer.model");
    }
}
