using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Compares a port's tensor with its golden and tells where it is wrong.</summary>
/// <param name="failure">The step and its golden.</param>
/// <param name="tolerances">How near it must come.</param>
/// <param name="precision">What the port computes in.</param>
internal sealed class GoldenJudge(GoldenFailure failure, PortTolerances tolerances, PortPrecision precision)
{
    private readonly Shape _shape = failure.Step.shape_in(failure.Scope);

    /// <summary>Judges a tensor.</summary>
    /// <param name="given">As the port has it.</param>
    /// <param name="found">The same, to be read as the golden is laid out.</param>
    public GoldenVerdict Judge(Tensor given, DumpedResult found)
    {
        var golden = Golden(ScalarType.Float32);
        var (actual, expected) = (found.SeenIn(golden, found.Read()), found.Seen(golden));
        var closeness = tolerances.Judge(failure.Step, PortTolerances.Golden, actual, expected, () => found.Seen(Golden(ScalarType.BFloat16)), Angles, AngleRoom.After(failure.Step, failure.Golden));
        string[] problem =
        [
            $"dtype      {given.dtype}, judged as {precision}{Advice(given.dtype)}",
            .. given.shape.SequenceEqual(expected.shape) ? Array.Empty<string>()
                : [$"shape      {Printable.Shape(given.shape)}, expected {_shape} = {Printable.Shape(expected.shape)}"],
            .. found.Notes.Select(note => $"layout     {note}"),
            .. actual.shape.SequenceEqual(expected.shape) ? Numbers(actual, expected, closeness) : [],
        ];
        return new GoldenVerdict(failure with { Actual = actual, Problem = problem }, closeness);
    }

    private IEnumerable<string> Numbers(Tensor actual, Tensor expected, Closeness closeness)
    {
        var found = Comparison.Of(actual, expected, tolerances.Scales(failure.Step, PortTolerances.Golden, expected, Angles));
        yield return $"worst      {ComparisonText.Worst(found, _shape, failure.Golden.Texts)}";
        if (Only(actual, expected, closeness).ToList() is { Count: > 0 } only) { yield return $"only       {string.Join("; ", only)}"; }
        var limit = expected.dtype == ScalarType.Int64 ? "" : $", at most {NumberText.Limit(closeness.Limit)}";
        yield return $"differing  {Differing(found, expected.dtype, closeness)}{limit}";
    }

    private static string Differing(Comparison found, ScalarType dtype, Closeness closeness) => ComparisonText.Differing(found, dtype)
        + (closeness.IsPerElement ? $", {closeness.Measure} {NumberText.Measured(closeness.Distance)}" : "");

    /// <summary>Where the error is confined to some heads or tokens.</summary>
    private IEnumerable<string> Only(Tensor actual, Tensor expected, Closeness closeness) => AxisErrors
        .Confined(AxisErrors.Of(_shape, actual, expected), closeness.Limit)
        .Select(place => $"{place.Axis} {NumberText.Ranges(place.Indexes)}");

    private string Advice(ScalarType dtype) => dtype == ScalarType.BFloat16 && precision == PortPrecision.fp32
        ? $"; a port that computes in bfloat16 is judged with {nameof(PortPrecision)}.{nameof(PortPrecision.bf16)}"
        : "";

    private Tensor Golden(ScalarType dtype) => failure.Golden.Results(dtype)[failure.Scope.KeyOf(failure.Step)].tensor;

    private Tensor? Angles() => failure.Golden.Results(ScalarType.Float32).GetValueOrDefault(ArticleSteps.freqs_for_each_token.id)?.tensor;
}
