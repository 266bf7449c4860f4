using System.CommandLine;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Searching;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>Walks the article step by step, or shows one step in full.</summary>
internal static class WalkCommand
{
    private static readonly Option<string> PromptOption = ModelOptions.CreatePrompt();

    private static readonly Option<string?> TokensOption = Commands.TokensOption.Create();

    private static readonly Option<string?> DtypeOption = ModelOptions.CreateDtype();

    private static readonly Option<string?> StepOption = new("--step")
    {
        Description = "Show one step in full, by its id, its number or a word for it: what it does and why, formula, inputs, values. "
            + "Several are listed.",
        HelpName = "WORD",
    };

    private static readonly Option<bool> PicturesOption = new("--pictures")
    {
        Description = "Draw each result as a small heat map beneath its values, and that of --step as a larger one: in colours in a terminal, "
            + "in characters where there are none.",
    };

    private static readonly Option<string?> CheckpointOption = ModelOptions.CreateCheckpoint();

    public static RootCommand Create()
    {
        var command = new RootCommand("Walks through \"Llama 3 from scratch\": 42 steps from a prompt to the next token.")
        {
            PromptOption, TokensOption, DtypeOption, StepOption, PicturesOption, CheckpointOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        if (arguments.GetValue(StepOption) is { } typed) { ShowFound(arguments, typed); }
        else { Show(arguments, null); }
        return ExitCode.Success;
    }

    /// <summary>The step that is meant, or a list of those that may be; also of a finer point or a mistake, which a walk does not show.</summary>
    private static void ShowFound(ParseResult arguments, string typed)
    {
        var found = StepSearch.Find(typed);
        var page = new FoundPage(Terminal.Create(), found);
        page.ShowSlip(typed);
        if (found.One?.Step is not { part_of: null } step)
        {
            page.ShowAll();
            return;
        }
        Show(arguments, step);
        page.ShowOthers();
    }

    private static void Show(ParseResult arguments, ArticleStep? step)
    {
        using var opened = ModelOptions.Open(arguments, CheckpointOption, Commands.TokensOption.IsGiven(arguments, TokensOption, PromptOption));
        var checkpoint = opened ?? MicroModel.Micro.Checkpoint;
        var start = new WalkStart(
            checkpoint, arguments.GetValue(PromptOption)!, Commands.TokensOption.Ids(arguments, TokensOption, checkpoint.Params.vocab_size));
        using var progress = ProgressLine.Create();
        using var walk = start.Walk(ModelOptions.Dtype(arguments, DtypeOption, checkpoint), new WalkProgress(checkpoint.Params, progress).Read);
        if (step is null) { Page(walk).ShowAll(); }
        else if (StepText.IsOfCache(step)) { InPass(walk, checkpoint, next => Page(next).ShowOne(step)); }
        else { Page(walk).ShowOne(step); }
        opened?.RequireSame();

        WalkPage Page(Walk shown)
        {
            var console = Terminal.Create();
            return new(console, shown, start, progress) { Pictures = arguments.GetValue(PicturesOption) ? new(console, shown, start) : null };
        }
    }

    /// <summary>Shows the pass over the token that comes next.</summary>
    private static void InPass(Walk prompt, Checkpoint checkpoint, Action<Walk> show)
    {
        using var first = new Walk(checkpoint, prompt.prompt, prompt.dtype) { pass = CachePasses.First(prompt[ArticleSteps.tokens, Scope.Article].tensor) };
        using var next = first.Next(torch.tensor([first[ArticleSteps.next_token, Scope.Article].tensor.item<long>()]));
        show(next);
    }
}
