using Llama3.Checking.Comparing;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>How a step missed a golden, in a form that one can learn from.</summary>
internal sealed record GoldenFailure(ArticleStep Step, GoldenCase Golden, Walk Walk, Scope Scope, Tolerance Tolerance)
{
    /// <summary>What is wrong with the result, line by line.</summary>
    public IReadOnlyList<string> Problem { get; init; } = [];

    /// <summary>What the step computed; null if it did not run.</summary>
    public StepResult? Actual { get; init; }

    /// <summary>What the step read, in order, even if it did not run.</summary>
    public IReadOnlyList<Input> Inputs { get; init; } = [];

    /// <summary>The file that holds the golden.</summary>
    public string File => Golden.FileOf(Step, Walk.dtype);

    /// <summary>The golden.</summary>
    public StepResult Expected => Golden.Results(Walk.dtype)[Scope.KeyOf(Step)];

    /// <summary>Which golden was missed, and how.</summary>
    public IEnumerable<string> Difference =>
        [$"golden     {Golden.Prefix}{Scope.KeyOf(Step)} in {File}", .. Problem];

    /// <summary>What the step is meant to compute.</summary>
    public IEnumerable<string> Definition => [$"formula    {Step.formula}", $"code       {Step.code_on_one_line}"];

    /// <summary>Null if the result meets the golden.</summary>
    internal GoldenFailure? Judge(StepResult actual)
    {
        var problem = actual.text is null && Expected.text is null
            ? Problems(actual.tensor, Expected.tensor).ToList()
            : Problems(actual.text, Expected.text).ToList();
        return problem.Count == 0 ? null : this with { Actual = actual, Problem = problem };
    }

    private IEnumerable<string> Problems(Tensor actual, Tensor expected)
    {
        if (actual.dtype != expected.dtype) { yield return $"dtype      {actual.dtype}, expected {expected.dtype}"; }
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            yield return $"shape      {Printable.Shape(actual.shape)}, expected {Step.shape_in(Scope)} = {Printable.Shape(expected.shape)}";
        }
        else if ((actual.dtype == ScalarType.ComplexFloat32) == (expected.dtype == ScalarType.ComplexFloat32))
        {
            foreach (var line in Numbers(actual, expected)) { yield return line; }
        }
    }

    private IEnumerable<string> Numbers(Tensor actual, Tensor expected)
    {
        var found = actual.dtype == expected.dtype ? Comparison.Of(actual, expected, Tolerance, Truth()) : Comparison.Of(actual, expected);
        if (found.Agrees) { yield break; }
        var ulps = Tolerance.Rule == Rule.Ulp ? $", max ulp {(found.MaxUlp == long.MaxValue ? "∞" : found.MaxUlp)}" : "";
        yield return $"worst      {ComparisonText.Worst(found, Step.shape_in(Scope), Golden.Texts)}";
        yield return $"differing  {ComparisonText.Differing(found, expected.dtype)}{ulps}; {(Tolerance.Rule == Rule.Exact ? "every value must be equal" : $"allowed: {Tolerance}")}";
    }

    /// <summary>The float32 golden of the same result.</summary>
    private Tensor Truth() => Golden.Results(ScalarType.Float32)[Scope.KeyOf(Step)].tensor;

    private static IEnumerable<string> Problems(IReadOnlyList<string>? actual, IReadOnlyList<string>? expected)
    {
        if (actual is null || expected is null)
        {
            yield return actual is null ? "text       none, but a tensor" : "text       expected a tensor";
            yield break;
        }
        if (actual.Count != expected.Count) { yield return $"text       {actual.Count} pieces, expected {expected.Count}"; }
        var wrong = actual.Zip(expected).Index().Where(piece => piece.Item.First != piece.Item.Second).ToList();
        if (wrong is [var (token, (first, right)), ..])
        {
            yield return $"text       token {token} is {Printable.Quoted(first)}, expected {Printable.Quoted(right)}; "
                + $"{wrong.Count} of {expected.Count} differ";
        }
    }
}
