using System.CommandLine;
using Llama3.Verify.Pages;
using Llama3.Verify.Printing;
using Llama3.Verify.Searching;
using Llama3.Verify.Shell;
using Spectre.Console;

namespace Llama3.Verify.Commands;

/// <summary>Prints everything about one step, finer point or known mistake, or lists those that fit.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string[]> WordsArgument = new("WORD")
    {
        Description = "A step by id or number, a finer point, a known mistake, a function, a tensor as other engines call it, or words of the field.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        const string Description = "Tells everything about one step, such as shapes, goldens, tolerances and known mistakes; or about a mistake. "
            + "Lists what fits a word.";
        var command = new Command("explain", Description) { WordsArgument };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (typed, console) = (string.Join(' ', arguments.GetValue(WordsArgument)!), Terminal.Create());
        if (TextTopics.Named(typed) is { } text)
        {
            new TextMistakePage(console).Show(text);
            return ExitCode.Success;
        }
        return StepSearch.TryFind(typed) is { } found ? Show(found, typed, console) : ShowTexts(typed, console);
    }

    private static int Show(Found found, string typed, IAnsiConsole console)
    {
        var page = new FoundPage(console, found);
        page.ShowSlip(typed);
        if (found.One?.Step is { } step) { new ExplainPage(console, step).Show(); }
        else if (found.One?.Mistake is { } mistake) { new MistakePage(console, mistake).Show(); }
        else { page.ShowAll(); }
        page.ShowOthers();
        return ExitCode.Success;
    }

    private static int ShowTexts(string typed, IAnsiConsole console)
    {
        if (TextTopics.With(typed) is not { Count: > 0 } mistakes) { throw StepSearch.Nothing(typed); }
        new TextMistakePage(console).Show(mistakes);
        return ExitCode.Success;
    }
}
