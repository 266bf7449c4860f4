using Llama3.Checking.Mistakes;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Tasks;
using Llama3.Verify.Printing;
using Llama3.Verify.Searching;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints everything about one known mistake.</summary>
internal sealed class MistakePage(IAnsiConsole console, KnownMistake mistake)
{
    private readonly Fields _fields = new(console);

    /// <summary>What is wrong, how to fix it, and the steps where it shows.</summary>
    public void Show()
    {
        console.WriteLine();
        console.MarkupLine($"[bold cyan]{mistake.Name}[/]  {Markup.Escape(mistake.Mistake)}");
        _fields.Show("fix", mistake.Fix);
        _fields.Show("see", mistake.Urls);
        _fields.Show("shows at", Topic.All.Where(topic => topic.Step is { } step && StepText.Mistakes(step).Contains(mistake))
            .Select(topic => $"{topic.Number} {topic.Name}: {topic.Title}".Trim())
            .Concat(TextMistakes.All.Where(text => text.Name == mistake.Name).Select(text => $"check --texts, {TaskReader.Name(text.Kind)}")));
    }
}
