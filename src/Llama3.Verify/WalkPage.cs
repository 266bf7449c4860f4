using System.Globalization;
using Llama3.Reference;
using Spectre.Console;

namespace Llama3.Verify;

/// <summary>Prints a walk.</summary>
internal sealed class WalkPage(IAnsiConsole console, Walk walk)
{
    private const int TopCount = 10;

    /// <summary>All steps, then what comes next.</summary>
    public void ShowAll()
    {
        walk.Take(ArticleSteps.tokens, Scope.Article); // An unusable prompt is refused before anything is printed.
        Line($"[bold]{Escape(Quoted(walk.prompt))}[/]");
        Line($"[dim]dim {walk.config.dim}, {walk.config.n_layers} layers, {walk.config.n_heads} heads, {walk.config.n_kv_heads} key/value heads, " +
             $"head_dim {walk.config.head_dim}, ffn_dim {walk.config.ffn_dim}, vocabulary {walk.config.vocab_size}; {walk.dtype}[/]");
        foreach (var step in ArticleSteps.all) { ShowBrief(step, Take(step)); }
        ShowTop();
    }

    /// <summary>One step in full.</summary>
    public void ShowOne(ArticleStep step)
    {
        var run = Take(step);
        Title(step);
        Field("why", step.why);
        Field("formula", step.formula);
        Field("code", step.code.ReplaceLineEndings(" "));
        Field("function", $"{step.function} in {step.file}");
        Field("notebook", $"llama3-from-scratch.ipynb, cell {step.cell}");
        Field("shape", $"{step.shape} {step.dtype_in(walk.dtype)?.ToString() ?? "text"}");
        foreach (var input in run.Inputs) { Field("reads", TensorText.Describe(input)); }
        console.WriteLine();
        console.WriteLine(run.Result.text is { } pieces ? string.Join('\n', pieces.Select(Quoted)) : TensorText.Full(run.Result.tensor));
    }

    private StepRun Take(ArticleStep step) => console.Profile.Capabilities.Interactive
        ? console.Status().Start(Escape(step.ToString()), _ => walk.Take(step, Scope.Article))
        : walk.Take(step, Scope.Article);

    private void ShowBrief(ArticleStep step, StepRun run)
    {
        Title(step);
        var inputs = run.Inputs.Count == 0 ? Quoted(walk.prompt) : string.Join(", ", run.Inputs.Select(TensorText.Describe));
        var (form, values) = run.Result.text is { } pieces
            ? ($"{pieces.Count} pieces", string.Join(' ', pieces.Select(Quoted)))
            : (TensorText.Form(run.Result.tensor), TensorText.Brief(run.Result.tensor));
        Line($"   [dim]{Escape(inputs)} →[/] {Escape(form)}");
        Line($"   {Escape(values)}");
    }

    private void ShowTop()
    {
        console.WriteLine();
        var logits = walk[ArticleSteps.logits, Scope.Article].tensor;
        var (values, indexes) = logits.topk((int)Math.Min(TopCount, logits.shape[0]));
        foreach (var (score, id) in values.ToSingles().Zip(indexes.ToInt64s()))
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"   {score,9:F4}  {id,6}  {Escape(Decoded(id))}"));
        }
        var next = walk[ArticleSteps.next_token, Scope.Article].tensor.item<long>();
        console.WriteLine();
        Line($"[bold green]next token {next} is {Escape(Decoded(next))}[/]");
    }

    private string Decoded(long id) => Quoted(walk.tokenizer.decode([(int)id]));

    private void Title(ArticleStep step)
    {
        console.WriteLine();
        Line($"[bold cyan]{step.number,2} {step.id}[/]  {Escape(step.title)}");
    }

    private void Field(string name, string text) => Line($"   [dim]{name,-9}[/] {Escape(text)}");

    private void Line(string markup) => console.MarkupLine(markup);

    private static string Escape(string text) => Markup.Escape(text);

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text, TensorText.Unescaped);
}
