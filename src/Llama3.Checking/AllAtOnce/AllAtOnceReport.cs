using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.AllAtOnce;

/// <summary>Whether everything at once (<see cref="Llama3Model"/>) computes what the steps compute one by one; if not, where the two part.</summary>
internal sealed class AllAtOnceReport
{
    private const string File = "src/Llama3.Reference/Llama3Model.cs";

    private readonly GoldenModel _model;
    private readonly ScalarType _dtype;

    /// <summary>Every wrong function but those that only call one.</summary>
    private readonly List<IGrouping<string, PartFailure>> _wrong;

    private AllAtOnceReport(GoldenModel model, ScalarType dtype, IReadOnlyList<PartFailure> failures)
    {
        (_model, _dtype) = (model, dtype);
        _wrong = [.. failures
            .Where(failure => !failures.Any(other => other != failure && failure.Part.Needs.Contains(other.Part.Name)))
            .GroupBy(failure => $"Llama3Model.{failure.Part.Name}")];
    }

    /// <summary>Whether all functions agree with their steps.</summary>
    public bool Passed => _wrong.Count == 0;

    /// <summary>Compares function by function, layer by layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dtype">bfloat16 or float32.</param>
    /// <param name="changed">Tries out another function.</param>
    public static AllAtOnceReport Of(GoldenModel model, ScalarType dtype, Func<Part, Part>? changed = null) => new(model, dtype, [.. Parts.Of(model, dtype)
        .Select(part => PartFailure.Of(changed?.Invoke(part) ?? part, read => new Llama3Model(model.Checkpoint, dtype) { WeightRead = read }))
        .OfType<PartFailure>()]);

    /// <summary>Where the two part and what is computed instead; then, after an empty line, the verdict.</summary>
    public override string ToString()
    {
        if (Passed) { return "everything at once equals the steps one by one"; }
        var diagnosis = new PartDiagnosis([.. _wrong[0]]);
        var (mistakes, weights) = (diagnosis.Mistakes(), diagnosis.Weights());
        IReadOnlyList<ArticleStep> steps = mistakes.Length > 0 ? [.. First.Part.WrongBy(mistakes[0])] : weights?.Step is { } one ? [one] : [];
        return string.Join('\n', [
            .. Details(mistakes, weights),
            "",
            $"{_wrong[0].Key} parts from the steps {Where(steps)}",
            .. Cause(diagnosis, mistakes, weights),
            VerdictLines.Function(File, $"Llama3Model.{First.Part.Function}"),
            VerdictLines.Closer(steps.Count > 0 ? steps[0] : First.Part.Steps[^1]),
        ]);
    }

    private PartFailure First => _wrong[0].First();

    private IEnumerable<string> Details(KnownMistake[] mistakes, WeightFault? weights) =>
    [
        $"compared   {First.Part.Result.id} of {Layers(_wrong[0])}, in {Precision.Name(_dtype)}",
        .. First.Lines(_model.Article.Texts),
        .. mistakes.Length > 0 && weights is not null ? [$"weights    {weights.Text}"] : Array.Empty<string>(),
        .. _wrong.Count == 1 ? Array.Empty<string>() : [$"also wrong {string.Join(", ", _wrong.Skip(1).Select(other => $"{other.Key} in {Layers(other)}"))}"],
    ];

    private IEnumerable<string> Cause(PartDiagnosis diagnosis, KnownMistake[] mistakes, WeightFault? weights) =>
        mistakes.Length > 0 ? VerdictLines.Mistake(mistakes)
            : First.Problem is { } problem ? [problem]
            : weights is not null ? [$"weights    {weights.Text}"]
            : diagnosis.RelationToSteps() is { } relation ? [$"relation   {relation.Replace("the golden", "that of the steps", StringComparison.Ordinal)}"]
            : [];

    private string Where(IReadOnlyList<ArticleStep> steps) => steps switch
    {
        [] when First.Part.Steps is [var one] => $"at {Name(one)}",
        [] => $"between {Name(First.Part.Steps[0])} and {Name(First.Part.Steps[^1])}",
        _ => $"at {string.Join(", ", steps.Select(Name))}",
    };

    private static string Name(ArticleStep step) => $"{step.number} {step.id}";

    private static string Layers(IEnumerable<PartFailure> failures)
    {
        var layers = failures.Where(failure => failure.Part.Scope.head is null).Select(failure => failure.Part.Scope.layer).ToList();
        return layers.Count == 0 ? "the prompt" : $"layer{(layers.Count == 1 ? "" : "s")} {NumberText.Ranges(layers)}";
    }
}
