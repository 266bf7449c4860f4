using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Prints everything about one step or finer point.</summary>
internal sealed class ExplainPage(IAnsiConsole console, ArticleStep step)
{
    private static readonly MicroModel Model = MicroModel.Micro;

    private readonly Fields _fields = new(console);

    private bool IsTensor => step.dtype is not null;

    /// <summary>Description, shape, tolerances, known mistakes.</summary>
    public void Show()
    {
        _fields.Title(step);
        _fields.Describe(step);
        ShowPlace();
        console.WriteLine();
        ShowForm();
        console.WriteLine();
        ShowTolerances();
        ShowMistakes();
    }

    private void ShowPlace()
    {
        _fields.Show("notebook", StepText.Cells(step));
        if (step.part_of is { } whole) { _fields.Show("part of", $"{whole}"); }
        if (step.takes_place_of is { } own) { _fields.Show("replaces", $"{own}"); }
        _fields.Show("inside", StepText.Inside(step).Select(point => $"{point.id}: {point.title}"));
    }

    private void ShowForm()
    {
        _fields.Show("shape", Shapes());
        _fields.Show("dtype", step.dtype == ScalarType.BFloat16 ? "bfloat16, float32 in fp32" : StepText.Dtype(step));
        _fields.Show("computed", StepText.HowOften(step));
        _fields.Show("reads", StepText.Reads(step));
        _fields.Show("golden", Goldens());
        if (IsTensor) { _fields.Show("dump", $"a port {StepText.Demand(step)} dump it, as {StepText.Key(step)}"); }
        _fields.Show("named", Names());
    }

    private IEnumerable<string> Shapes()
    {
        var one = step.repeats is Repeats.Once or Repeats.PerLayer ? "" : ", one head";
        yield return $"{step.shape}{one}: {Sizes(step.shape)} in {(StepText.IsOfCache(step) ? StepText.CaseOf(step).Name : "the micro checkpoint")}";
        if (one.Length > 0) { yield return $"{StepText.Shape(step)}, a layer: {Sizes(StepText.Shape(step))}"; }
    }

    private string Sizes(Shape shape)
    {
        var golden = StepText.CaseOf(step);
        return Printable.Shape(shape.Sizes(Model.Checkpoint.Params, golden.Tokens, golden.Kept + golden.Tokens));
    }

    private IEnumerable<string> Goldens()
    {
        if (StepText.IsOfCache(step))
        {
            yield return $"{StepText.Key(step)} in {Model.Folder}/decode.{{bf16,fp32}}.safetensors, for the passes 0 to {Model.Passes.Count - 1}";
            yield break;
        }
        var file = IsTensor ? $"{(step.part_of is null ? Model.Article.Name : "finer")}.{{bf16,fp32}}.safetensors" : "manifest.json";
        yield return $"{step.id} in {Model.Folder}/{file}";
        if (step.repeats != Repeats.Once) { yield return $"{StepText.Key(step)} for the layers 0 to {Model.Checkpoint.Params.n_layers - 1}"; }
        foreach (var further in Model.Cases.Skip(1).Where(further => further.Covers(step))) { yield return $"{step.id} in the case {further.Name}"; }
    }

    private IEnumerable<string> Names() => Aliases.All
        .Where(alias => alias.Step == step && (alias.Convention.Length > 0 || alias.Part != AliasPart.Whole))
        .GroupBy(alias => alias.Convention, NameOf, (whose, names) => string.Join(", ", names) + (whose.Length > 0 ? $" ({whose})" : ""));

    private static string NameOf(Alias alias) => alias.Part switch
    {
        AliasPart.Cosines => $"{alias.Template} for the cosines",
        AliasPart.Sines => $"{alias.Template} for the sines",
        _ => alias.Template,
    };

    private void ShowTolerances()
    {
        _fields.Show("tolerance", Model.Manifest.Tolerances.Where(entry => entry.Steps.Contains(step.id)).Select(StepText.Tolerance));
        if (!IsTensor) { return; }
        _fields.Show("tolerance", Model.Manifest.PortTolerances.Where(entry => entry.Steps.Contains(step.id)).Select(StepText.Tolerance));
    }

    private void ShowMistakes()
    {
        foreach (var mistake in StepText.Mistakes(step))
        {
            console.WriteLine();
            _fields.Show("mistake", $"{mistake.Name}: {mistake.Mistake}");
            _fields.Show("fix", mistake.Fix);
            _fields.Show("see", mistake.Urls);
        }
    }
}
