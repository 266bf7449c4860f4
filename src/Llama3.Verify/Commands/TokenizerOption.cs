using System.CommandLine;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Commands;

/// <summary>Which vocabulary "encode" and "decode" use.</summary>
internal static class TokenizerOption
{
    /// <summary>The option, one for both commands.</summary>
    public static Option<string?> Option { get; } = new("--tokenizer")
    {
        Description = "Llama 3's tokenizer.model or tokenizer.json, or a GGUF; the embedded micro vocabulary if left out.",
        HelpName = "FILE",
    };

    /// <summary>The tokenizer that was asked for.</summary>
    public static ITokenizer Open(ParseResult arguments)
    {
        if (arguments.GetValue(Option) is { } path)
        {
            return path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? GgufVocabularyReader.Open(path) : Llama3Tokenizer.Open(path);
        }
        Console.Error.WriteLine("llama3verify: the embedded micro vocabulary is used, which cuts most texts into more tokens than Llama 3's; "
            + "--tokenizer FILE takes another");
        return Llama3Tokenizer.Read(new MemoryStream(MicroModel.Micro.Read("tokenizer.model")), "the embedded tokenizer.model");
    }
}
