using Llama3.Checking.Comparing;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>How a step missed a golden, in a form that one can learn from.</summary>
internal sealed record GoldenFailure(ArticleStep Step, GoldenCase Golden, Walk Walk, Scope Scope, Tolerance Tolerance)
{
    /// <summary>What is wrong with the result.</summary>
    public string? Problem { get; init; }

    /// <summary>What the step computed; null if it did not run.</summary>
    public StepResult? Actual { get; init; }

    /// <summary>The file that holds the golden.</summary>
    public string File => Golden.FileOf(Step, Walk.dtype);

    /// <summary>Which of the step's goldens in that file: a case, or a layer and head.</summary>
    public string Part => Golden.PartOf(Step, Scope);

    /// <summary>This failure, line by line.</summary>
    public IEnumerable<string> Lines =>
    [
        $"golden     {Golden.Prefix}{Scope.KeyOf(Step)} in {File}",
        Problem!,
        $"tolerance  {Tolerance}: {Tolerance.Reason}",
        $"formula    {Step.formula}",
        $"code       {Step.code_on_one_line}",
        $"function   {string.Join(", ", Step.functions)} in {Step.file}",
    ];

    /// <summary>Null if the result meets the golden.</summary>
    internal GoldenFailure? Judge(StepResult actual)
    {
        var golden = Golden.Results(Walk.dtype)[Scope.KeyOf(Step)];
        if (actual.text is not null || golden.text is not null)
        {
            return actual.IsCloseTo(golden, Tolerance)
                ? null
                : this with { Actual = actual, Problem = $"text       {Quoted(actual.text)}\n           expected {Quoted(golden.text)}" };
        }
        return JudgeTensor(actual, golden.tensor);
    }

    private GoldenFailure? JudgeTensor(StepResult result, Tensor expected)
    {
        var actual = result.tensor;
        var sameForm = actual.shape.SequenceEqual(expected.shape) && actual.dtype == expected.dtype;
        var comparison = sameForm ? Comparison.Of(actual, expected, Tolerance, Truth()) : null;
        return comparison is { Agrees: true } ? null : this with
        {
            Actual = result,
            Problem = $"""
                dtype      {actual.dtype}, expected {expected.dtype}
                shape      {Printable.Shape(actual.shape)}, expected {Printable.Shape(expected.shape)}{Numbers(comparison)}
                """,
        };
    }

    /// <summary>The float32 golden of the same result.</summary>
    private Tensor Truth() => Golden.Results(ScalarType.Float32)[Scope.KeyOf(Step)].tensor;

    private string Numbers(Comparison? comparison)
    {
        if (comparison is null) { return ""; }
        var ulps = Tolerance.Rule == Rule.Ulp ? $", max ulp {(comparison.MaxUlp == long.MaxValue ? "∞" : comparison.MaxUlp)}" : "";
        return $"""

            worst      {ComparisonText.Worst(comparison, Step.shape_in(Scope))}
            differing  {ComparisonText.Differing(comparison)}{ulps}
            """;
    }

    private static string Quoted(IReadOnlyList<string>? pieces) => pieces is null
        ? "none, but a tensor"
        : string.Join(", ", pieces.Select(piece => $"\"{piece}\""));
}
