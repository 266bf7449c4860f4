using Llama3.Checking.Facts;
using Llama3.Formats.Input;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints which facts hold.</summary>
internal sealed class FactsPage(IAnsiConsole console)
{
    /// <summary>A line per fact, with what was found instead below it; then the number of facts that hold.</summary>
    public void Show(IReadOnlyList<FactFinding> findings)
    {
        foreach (var (fact, problem) in findings)
        {
            var verdict = problem is null ? "[green]holds  [/]" : "[red]differs[/]";
            console.MarkupLine($"{verdict}  {Markup.Escape(fact.Id)}  [dim]{fact.Notebook}, cell {fact.Cell}[/]");
            if (problem is not null) { console.MarkupLine($"         {Markup.Escape(Printable.Line(problem))}"); }
        }
        var hold = findings.Count(finding => finding.Holds);
        console.WriteLine();
        console.MarkupLine(hold == findings.Count
            ? $"[bold green]all {hold} facts hold[/]"
            : $"[bold]{hold} of {findings.Count} facts hold[/]: this is not Meta-Llama-3-8B, or something is computed differently");
    }
}
