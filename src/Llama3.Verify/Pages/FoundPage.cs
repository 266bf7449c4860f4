using Llama3.Formats.Input;
using Llama3.Verify.Printing;
using Llama3.Verify.Searching;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints what fits the words that somebody typed: all of it as a list, or what stands beside the one that is shown.</summary>
internal sealed class FoundPage(IAnsiConsole console, Found found)
{
    private const int NumberWidth = 3;
    private const int Gap = 2;

    /// <summary>Says that other words were looked up than those that were typed.</summary>
    public void ShowSlip(string typed)
    {
        if (found.Instead is { } instead) { console.WriteLine($"nothing fits '{Printable.Text(typed)}'; this fits '{instead}'"); }
    }

    /// <summary>A line for each, and how to see one.</summary>
    public void ShowAll()
    {
        console.WriteLine();
        Show(found.All.Where(topic => topic.Step is not null));
        if (found.All[^1].Mistake is not null)
        {
            console.WriteLine();
            console.WriteLine("known mistakes");
        }
        Show(found.All.Where(topic => topic.Mistake is not null));
        console.WriteLine();
        var first = found.All[0];
        console.MarkupLine($"[dim]to see one: llama3verify explain {first.Name}; the values of a step: llama3verify --step {first.Step!.number}[/]");
    }

    /// <summary>What else is called as the one that has been shown.</summary>
    public void ShowOthers()
    {
        if (found.Others.Count == 0) { return; }
        console.WriteLine();
        new Fields(console).Show("see also", string.Join(", ", found.Others.Select(topic => $"{topic.Number} {topic.Name}".Trim())));
    }

    private void Show(IEnumerable<Topic> topics)
    {
        var name = found.All.Max(topic => topic.Name.Length);
        var width = console.Profile.Width - NumberWidth - name - Gap;
        foreach (var topic in topics)
        {
            var inside = topic.Step is { part_of: { } whole } ? $" (inside {whole.number})" : "";
            foreach (var (row, line) in Wrapped.Lines(topic.Title + inside, width, width).Index())
            {
                var (number, id) = row == 0 ? (topic.Number, topic.Name) : ("", "");
                console.MarkupLine($"{number,NumberWidth - 1} [cyan]{id.PadRight(name)}[/]  {Markup.Escape(line)}");
            }
        }
    }
}
