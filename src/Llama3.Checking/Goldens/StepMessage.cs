using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Relations;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// What is said of a step that misses its goldens: the first that it missed, in full, and which others; then, after the only empty line, the
/// verdict. Whoever sees no more than the last paragraph knows the step, the likely mistake, where to look and how to go on.
/// </summary>
internal sealed class StepMessage
{
    private readonly ArticleStep _step;
    private readonly IReadOnlyList<GoldenFailure> _failures;
    private readonly KnownMistake[] _mistakes;
    private readonly string? _wiring;

    /// <summary>Finds out what the failures have in common.</summary>
    /// <param name="report">Of a step that missed a golden.</param>
    public StepMessage(StepReport report)
    {
        (_step, _failures) = (report.Step, report.Failures);
        _mistakes = [.. report.LooksLike().OrderBy(mistake => mistake.Wrong.Count)];
        _wiring = WiringFault.In(_failures);
    }

    /// <summary>Then the exception is the verdict, unless a known mistake explains what did run.</summary>
    private bool DidNotRun => _failures[0].Actual is null && _mistakes.Length == 0;

    /// <summary>Details and verdict.</summary>
    public override string ToString() => string.Join('\n', [.. Details(), "", .. Verdict()]);

    private IEnumerable<string> Details() =>
    [
        .. DidNotRun ? _failures[0].Difference.Take(1) : _failures[0].Difference,
        .. _wiring is null ? Inputs() : _mistakes.Length == 0 ? [] : [_wiring],
        .. _failures[0].Definition,
        .. _mistakes.Take(1).SelectMany(mistake => mistake.See),
        .. _failures.Skip(1).GroupBy(failure => failure.Walk.dtype).OrderBy(missed => Precision.Name(missed.Key))
            .Select(missed => $"also wrong in {Precision.Name(missed.Key)}: {FailurePlaces.Of(missed)}"),
    ];

    /// <summary>If the inputs are wrong, the place to look at is where the step takes them.</summary>
    private IEnumerable<string> Verdict() =>
    [
        _step.ToString(),
        .. Cause(),
        _wiring is null ? VerdictLines.Function(_step.file, _step.functions) : VerdictLines.Function(_step.declared_in, _step.declaration),
        VerdictLines.Closer(_step),
    ];

    /// <summary>What is related to the goldens by chance too, such as a factor, is not said where the mistake is known.</summary>
    private IEnumerable<string> Cause() => _mistakes.Length > 0
        ? VerdictLines.Mistake(_mistakes)
        : [.. DidNotRun ? _failures[0].Problem : [], .. _wiring is null ? Array.Empty<string>() : [_wiring], .. DidNotRun ? [] : Relations()];

    private IEnumerable<string> Relations() =>
        Relation.Of(Misses.Of(_failures), _failures[0].Walk.config) is { } relation ? [$"relation   {relation}"] : [];

    /// <summary>The sizes tell why a step does not run.</summary>
    private IEnumerable<string> Inputs() => _failures[0] is { Actual: null } && _failures[0].Inputs is { Count: > 0 } inputs
        ? [$"inputs     {string.Join(", ", inputs.DistinctBy(input => input.Name).Select(input => $"{input.Name} {Printable.Shape(input.Shape)}"))}"]
        : [];
}
