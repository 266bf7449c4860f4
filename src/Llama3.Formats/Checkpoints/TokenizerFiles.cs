using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>The files in which a tokenizer may be.</summary>
internal static class TokenizerFiles
{
    /// <summary>Meta's.</summary>
    public const string Tiktoken = "tokenizer.model";

    /// <summary>Hugging Face's.</summary>
    public const string Json = "tokenizer.json";

    /// <summary>All of them; the first that is there is read.</summary>
    public static IReadOnlyList<string> All { get; } = [Tiktoken, "original/tokenizer.model", Json];

    /// <summary>Reads a tokenizer.</summary>
    /// <exception cref="BadInputException">It is missing or damaged.</exception>
    public static Llama3Tokenizer Read(CheckpointFiles files, string name) => files.Has(name)
        ? files.Read<Llama3Tokenizer>(name, name.EndsWith(".json", StringComparison.Ordinal) ? Llama3Tokenizer.ReadJson : Llama3Tokenizer.Read)
        : throw new BadInputException($"\"{files.Place}\" holds no {name}, the tokenizer of the model");
}
