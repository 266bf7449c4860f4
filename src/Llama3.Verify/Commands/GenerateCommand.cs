using System.CommandLine;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Reference.Generation;
using Llama3.Reference.Steps;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Continues a prompt, token by token.</summary>
internal static class GenerateCommand
{
    private const string Description = "Continues a prompt with a cache of keys and values. The text goes to standard output as it is generated; "
        + "why it ended and how fast it was goes to standard error.";

    private static readonly Option<string> PromptOption = ModelOptions.CreatePrompt();

    private static readonly Option<string?> TokensOption = Commands.TokensOption.Create();

    private static readonly Option<bool> ChatOption = new("--chat")
    {
        Description = "The prompt is a user's message to an Instruct model, and the text its answer.",
    };

    private static readonly Option<string?> SystemOption = new("--system")
    {
        Description = "With --chat: a message before it that says how to answer.",
        HelpName = "TEXT",
    };

    private static readonly Option<int> MaxTokensOption = new("--max-tokens")
    {
        Description = "How many tokens to generate at most.",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
    };

    private static readonly Option<int> MaxSeqLenOption = new("--max-seq-len")
    {
        Description = "How many tokens prompt and text may have together.",
        HelpName = "N",
        DefaultValueFactory = _ => Prompt.MaxTokens,
    };

    private static readonly Option<double> TemperatureOption = new("--temperature")
    {
        Description = "0 takes the most likely token each time; above 0 tokens are drawn at random, the more evenly the higher it is.",
        HelpName = "X",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<double> TopPOption = new("--top-p")
    {
        Description = "Draw among the most likely tokens that together have this probability.",
        HelpName = "P",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> TopKOption = new("--top-k") { Description = "Draw among the K most likely tokens.", HelpName = "K" };

    private static readonly Option<int?> SeedOption = new("--seed")
    {
        Description = "The same seed gives the same text; if left out, a new one is chosen each time.",
        HelpName = "N",
    };

    private static readonly Option<string[]> StopOption = new("--stop")
    {
        Description = "End the text before this text. May be given several times.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> DtypeOption = ModelOptions.CreateDtype();

    private static readonly Option<string?> CheckpointOption = ModelOptions.CreateCheckpoint();

    public static Command Create()
    {
        var command = new Command("generate", Description)
        {
            PromptOption, TokensOption, ChatOption, SystemOption, MaxTokensOption, MaxSeqLenOption, StopOption,
            TemperatureOption, TopPOption, TopKOption, SeedOption, DtypeOption, CheckpointOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var seed = arguments.GetValue(SeedOption) ?? Random.Shared.Next();
        var sampler = SamplerOf(arguments, seed);
        using var opened = ModelOptions.Open(
            arguments, CheckpointOption, Commands.TokensOption.IsGiven(arguments, TokensOption, PromptOption, ChatOption, SystemOption));
        var checkpoint = opened ?? MicroModel.Micro.Checkpoint;
        var generator = new TextGenerator(checkpoint, ModelOptions.Dtype(arguments, DtypeOption, checkpoint), sampler)
        {
            max_seq_len = arguments.GetValue(MaxSeqLenOption),
        };
        var prompt = Commands.TokensOption.Ids(arguments, TokensOption, checkpoint.Params.vocab_size) ?? Encode(arguments, checkpoint.tokenizer);
        var stops = Stops(arguments, checkpoint);
        var count = Print(generator.Generate(prompt, arguments.GetValue(MaxTokensOption)), checkpoint, stops);
        opened?.RequireSame();
        Console.Error.Write(GenerateText.Report(generator, prompt.Count, count, arguments.GetValue(TemperatureOption) > 0 ? seed : null, stops.Found));
        return ExitCode.Success;
    }

    private static StopTexts Stops(ParseResult arguments, Checkpoint checkpoint)
    {
        var texts = arguments.GetValue(StopOption)!;
        if (texts.Contains("")) { throw new BadInputException("--stop is empty: expected the text that ends the generated one"); }
        return texts.Length == 0 || checkpoint.has_tokenizer ? new StopTexts(texts)
            : throw new BadInputException($"--stop is for texts, and without a tokenizer ids are generated: {checkpoint.tokenizer_problem}");
    }

    private static Sampler SamplerOf(ParseResult arguments, int seed)
    {
        var (temperature, top_k) = (arguments.GetValue(TemperatureOption), arguments.GetValue(TopKOption));
        return temperature != 0 || (top_k is null && arguments.GetResult(TopPOption) is null or { Implicit: true })
            ? new Sampler(temperature, arguments.GetValue(TopPOption), top_k, seed)
            : throw new BadInputException(
                "--top-p and --top-k have no effect at temperature 0, which takes the most likely token; add --temperature 1");
    }

    private static int[] Encode(ParseResult arguments, ITokenizer tokenizer)
    {
        var (prompt, system) = (arguments.GetValue(PromptOption)!, arguments.GetValue(SystemOption));
        if (!arguments.GetValue(ChatOption))
        {
            return system is null
                ? Prompt.ids(tokenizer, prompt)
                : throw new BadInputException("--system is for conversations; add --chat");
        }
        Prompt.RequireText(prompt);
        Message[] dialog = [.. system is null ? Array.Empty<Message>() : [new("system", system)], new("user", prompt)];
        return tokenizer.frame.chat(tokenizer, dialog);
    }

    /// <summary>The text alone, or without a tokenizer the ids, as --tokens takes them; in a terminal a line break after it.</summary>
    private static int Print(IEnumerable<int> tokens, Checkpoint checkpoint, StopTexts stops)
    {
        Terminal.UseUtf8();
        var (decoder, count) = (checkpoint.has_tokenizer ? new StreamingDecoder(checkpoint.tokenizer) : null, 0);
        foreach (var token in tokens)
        {
            Console.Out.Write(decoder is null ? GenerateText.Id(token, isFirst: count == 0) : stops.Add(GenerateText.Added(decoder, token)));
            count++;
            if (stops.Found is not null) { break; }
        }
        if (decoder is not null) { Console.Out.Write(stops.Add(decoder.Finish()) + stops.Finish()); }
        if (count > 0 && !Console.IsOutputRedirected) { Console.Out.WriteLine(); }
        return count;
    }
}
