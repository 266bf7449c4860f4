using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Pages;

/// <summary>All steps and finer points, as JSON; docs/json.md describes its fields.</summary>
internal static class StepsJson
{
    private static Manifest Manifest => MicroModel.Micro.Manifest;

    public static string Text() => Json.Text(StepText.All.Concat(CacheSteps.all).Select(Step));

    private static object Step(ArticleStep step) => new
    {
        step.number,
        step.id,
        PartOf = step.part_of?.id,
        step.title,
        step.formula,
        Shape = StepText.Shape(step).Names,
        Dtype = StepText.Dtype(step),
        step.repeats,
        Must = DumpContract.Must.Contains(step.in_article),
        step.cell,
        Inputs = StepText.Inputs(step).Select(input => new { input.Name, input.Shape }),
        Tolerances = Manifest.Tolerances.Where(entry => entry.Steps.Contains(step.id)).Select(Tolerance)
            .Concat(Manifest.PortTolerances.Where(entry => entry.Steps.Contains(step.id)).Select(Tolerance)),
        Mistakes = StepText.Mistakes(step).Select(Told),
        Names = Aliases.All.Where(alias => alias.Step == step.in_article)
            .Select(alias => new { alias.Convention, Name = Prefix(step) + alias.Template, alias.Part }),
    };

    private static string Prefix(ArticleStep step) => StepText.IsOfCache(step) ? "decode.{i}." : "";

    private static object Tolerance(ToleranceEntry entry) => new
    {
        Against = "step",
        entry.Precision,
        entry.Engine,
        entry.Rule,
        Limit = NullIfNone(entry.Limit),
        Floor = (double?)null,
        entry.Reason,
    };

    private static object Tolerance(PortToleranceEntry entry) => new
    {
        entry.Against,
        entry.Precision,
        Engine = (string?)null,
        entry.Rule,
        Limit = NullIfNone(entry.Limit),
        Floor = NullIfNone(entry.Floor),
        entry.Reason,
    };

    private static object Told(KnownMistake mistake) => new { mistake.Name, mistake.Mistake, mistake.Fix, Threads = mistake.Urls };

    /// <summary>The manifest leaves out limits of 0.</summary>
    private static double? NullIfNone(double limit) => limit == 0 ? null : limit;
}
