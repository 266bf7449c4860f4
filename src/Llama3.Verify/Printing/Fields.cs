using Llama3.Reference.Walking;
using Spectre.Console;

namespace Llama3.Verify.Printing;

/// <summary>The description of a step, field by field; long lines are wrapped at the terminal's width with a hanging indent.</summary>
internal sealed class Fields(IAnsiConsole console)
{
    private const int Indent = 13;

    /// <summary>The line above the fields; a finer point is shown without a number.</summary>
    public void Title(ArticleStep step)
    {
        var number = step.part_of is null ? $"{step.number}" : "";
        console.WriteLine();
        console.MarkupLine($"[bold cyan]{number,2} {step.id}[/]  {Markup.Escape(step.title)}");
    }

    /// <summary>What the step does, why and where.</summary>
    public void Describe(ArticleStep step)
    {
        Show("why", step.why);
        Show("formula", step.formula);
        Show("code", step.code_on_one_line);
        Show("function", $"{string.Join(", ", step.functions)} in {step.file}");
    }

    /// <summary>A field for each text.</summary>
    public void Show(string name, params IEnumerable<string> texts)
    {
        var width = console.Profile.Width - Indent;
        foreach (var (row, line) in texts.SelectMany(text => Wrapped.Lines(text, width, width).Index()))
        {
            console.MarkupLine($"   [dim]{(row == 0 ? name : ""),-9}[/] {Markup.Escape(line)}");
        }
    }
}
