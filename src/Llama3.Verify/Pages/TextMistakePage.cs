using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Tasks;
using Llama3.Verify.Printing;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints known mistakes with texts.</summary>
internal sealed class TextMistakePage(IAnsiConsole console)
{
    /// <summary>What is wrong, how to fix it, and the kind of task that shows it.</summary>
    public void Show(TextMistake mistake)
    {
        var fields = new Fields(console);
        console.WriteLine();
        console.MarkupLine($"[bold cyan]{mistake.Name}[/]  {Markup.Escape(mistake.Mistake)}");
        fields.Show("fix", mistake.Fix);
        fields.Show("see", mistake.Urls);
        fields.Show("shows at", $"check --texts, {TaskReader.Name(mistake.Kind)}");
    }

    /// <summary>A line for each, and how to see one.</summary>
    public void Show(IReadOnlyList<TextMistake> mistakes)
    {
        console.WriteLine();
        console.WriteLine("known mistakes with texts");
        foreach (var mistake in mistakes) { console.MarkupLine($"   [cyan]{mistake.Name.PadRight(mistakes.Max(other => other.Name.Length))}[/]  {Markup.Escape(mistake.Mistake)}"); }
        console.WriteLine();
        console.MarkupLine($"[dim]to see one: llama3verify explain {mistakes[0].Name}[/]");
    }
}
