using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints all steps and finer points as a table: a line each, or two where the terminal is too narrow for that.</summary>
internal sealed class StepsPage(IAnsiConsole console)
{
    private const int WideEnough = 160;

    private bool IsWide => console.Profile.Width >= WideEnough;

    /// <summary>All steps, finer points indented under theirs.</summary>
    public void Show()
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in Cells("no.", "id", "shape", "dtype", "computed", "port", "title"))
        {
            table.AddColumn(new TableColumn(heading) { Padding = new Spectre.Console.Padding(0, 0, 2, 0) });
        }
        foreach (var step in StepText.All) { table.AddRow(Row(step)); }
        table.AddEmptyRow();
        table.AddRow(Cells("", "with a cache, as decode.{i}.…", "", "", "", "", "N tokens are kept, M are new; all other steps as above"));
        foreach (var step in CacheSteps.all) { table.AddRow(Row(step)); }
        console.Write(table);
    }

    private string[] Row(ArticleStep step)
    {
        var (number, indent) = step.part_of is null ? ($"{step.number,3}", "") : ("", "  ");
        var demand = StepText.Demand(step) is "MUST" ? "[bold]MUST[/]" : StepText.Demand(step);
        return Cells(
            number, $"{indent}[cyan]{step.id}[/]", Markup.Escape($"{StepText.Shape(step)}"), StepText.Dtype(step), StepText.HowOften(step), demand,
            Markup.Escape(IsWide ? step.title : $"{indent}{step.title}"));
    }

    private string[] Cells(string number, string id, string shape, string dtype, string repeats, string demand, string title) => IsWide
        ? [number, id, shape, dtype, repeats, demand, title]
        : [number, $"{id}\n[dim]{title}[/]", $"{shape}\n{string.Join(", ", new[] { dtype, repeats, demand }.Where(text => text.Length > 0))}"];
}
