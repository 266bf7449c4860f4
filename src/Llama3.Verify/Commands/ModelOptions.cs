using System.CommandLine;
using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Verify.Commands;

/// <summary>The options that all commands with a model have in common. A command creates its own, for an option belongs to one command.</summary>
internal static class ModelOptions
{
    /// <summary>Which text to continue.</summary>
    public static Option<string> CreatePrompt() => new("--prompt")
    {
        Description = "The text to continue.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => MicroModel.Micro.Manifest.Prompt,
    };

    /// <summary>Which dtype to compute in.</summary>
    public static Option<string?> CreateDtype()
    {
        var option = new Option<string?>("--dtype")
        {
            Description = "bf16 computes as the notebook does; fp32 computes everything in float32. If left out it is bf16, and fp32 for a GGUF file whose "
                + "matrices are not in BF16.",
        };
        option.AcceptOnlyFromAmong([.. Precision.All.Select(Precision.Name)]);
        return option;
    }

    /// <summary>Which checkpoint to compute with.</summary>
    public static Option<string?> CreateCheckpoint() => new("--checkpoint")
    {
        Description = "A folder of Llama 3 as Meta or Hugging Face distribute it, a GGUF file, or one .safetensors file with its config.json beside it; "
            + "the embedded micro checkpoint if left out.",
        HelpName = "PATH",
    };

    /// <summary>The dtype that was chosen; if none was, the one in which the model's weights lose nothing, or the notebook's.</summary>
    public static ScalarType Dtype(ParseResult arguments, Option<string?> option, Checkpoint checkpoint) => arguments.GetValue(option) is { } name
        ? Precision.All.Single(dtype => Precision.Name(dtype) == name)
        : checkpoint.is_packed ? ScalarType.Float32 : ScalarType.BFloat16;

    /// <summary>Opens the checkpoint that was chosen; null for the embedded one.</summary>
    /// <exception cref="BadInputException">There is no such folder or file, or it is no usable checkpoint.</exception>
    public static Checkpoint? Open(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } path ? Checkpoint.Open(path) : null;

    /// <summary>The same where ids of tokens may be given: then no tokenizer is needed.</summary>
    /// <exception cref="BadInputException">There is no such folder or file, it is no usable checkpoint, or it has no tokenizer for a text.</exception>
    public static Checkpoint? Open(ParseResult arguments, Option<string?> option, bool withIds)
    {
        if (arguments.GetValue(option) is not { } path) { return null; }
        var checkpoint = Checkpoint.Open(path, TokenizerUse.Wanted);
        if (withIds || checkpoint.tokenizer_problem is not { } problem) { return checkpoint; }
        checkpoint.Dispose();
        throw new BadInputException($"{problem}; without it, give ids of tokens instead of a text: --tokens 1,2,3");
    }
}
