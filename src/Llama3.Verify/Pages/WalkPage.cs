using System.Globalization;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints a walk.</summary>
internal sealed class WalkPage(IAnsiConsole console, Walk walk, WalkStart start, ProgressLine progress)
{
    private const int TopCount = 10;

    private readonly Fields _fields = new(console);

    /// <summary>Shown beneath the values; null if they are not asked for.</summary>
    public WalkPictures? Pictures { get; init; }

    /// <summary>All steps, then what comes next.</summary>
    public void ShowAll()
    {
        walk.Take(ArticleSteps.tokens, Scope.Article); // An unusable prompt is refused before anything is printed.
        Line($"[bold]{Escape(start.Title)}[/]");
        Line($"[dim]dim {walk.config.dim}, {walk.config.n_layers} layers, {walk.config.n_heads} heads, {walk.config.n_kv_heads} key/value heads, " +
             $"head_dim {walk.config.head_dim}, ffn_dim {walk.config.ffn_dim}, vocabulary {walk.config.vocab_size}; {walk.dtype}[/]");
        foreach (var step in ArticleSteps.all) { ShowBrief(step, Take(step)); }
        ShowTop();
    }

    /// <summary>One step in full.</summary>
    public void ShowOne(ArticleStep step)
    {
        var run = Take(step);
        _fields.Title(step);
        ShowFields(step, run);
        console.WriteLine();
        console.WriteLine(run.Result.text is { } pieces ? string.Join('\n', start.Shown(pieces)) : TensorText.Full(run.Result.tensor));
        if (Pictures is null || run.Result.text is not null) { return; }
        console.WriteLine();
        Pictures.ShowLarge(step, run.Result.tensor);
    }

    private void ShowFields(ArticleStep step, StepRun run)
    {
        _fields.Describe(step);
        _fields.Show("notebook", StepText.Cells(step).First());
        _fields.Show("shape", $"{step.shape} {step.dtype_in(walk.dtype)?.ToString() ?? "text"}");
        _fields.Show("reads", StepText.Reads(step, run, walk));
    }

    private StepRun Take(ArticleStep step) =>
        progress.During($"step {step.number} of {ArticleSteps.all.Count}, {step.id}", () => walk.Take(step, Scope.Article));

    private void ShowBrief(ArticleStep step, StepRun run)
    {
        _fields.Title(step);
        var inputs = string.Join(", ", StepText.Reads(step, run, walk));
        var (form, values) = run.Result.text is { } pieces
            ? ($"{pieces.Count} pieces", string.Join(' ', start.Shown(pieces)))
            : (TensorText.Form(run.Result.tensor), TensorText.Brief(run.Result.tensor));
        Line($"   [dim]{Escape(inputs)} →[/] {Escape(form)}");
        Line($"   {Escape(values)}");
        if (run.Result.text is null) { Pictures?.Show(step, run.Result.tensor); }
    }

    private void ShowTop()
    {
        console.WriteLine();
        var logits = walk[ArticleSteps.logits, Scope.Article].tensor;
        var (values, indexes) = logits.topk((int)Math.Min(TopCount, logits.shape[0]));
        foreach (var (score, id) in values.ToSingles().Zip(indexes.ToInt64s()))
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"   {score,9:F4}  {id,6}  {Escape(start.Text(id) ?? "")}").TrimEnd());
        }
        var next = walk[ArticleSteps.next_token, Scope.Article].tensor.item<long>();
        console.WriteLine();
        Line($"[bold green]next token {next}{(start.Text(next) is { } text ? $" is {Escape(text)}" : "")}[/]");
    }

    private void Line(string markup) => console.MarkupLine(markup);

    private static string Escape(string text) => Markup.Escape(text);
}
