using System.Globalization;
using System.Text;

namespace Llama3.Reference.Checking;

/// <summary>How a step missed a golden, told so that one can learn from it.</summary>
public sealed record GoldenFailure(ArticleStep Step, GoldenCase Golden, Walk Walk, Scope Scope, Tolerance Tolerance)
{
    /// <summary>What is wrong with the result.</summary>
    public string? Problem { get; init; }

    /// <summary>Known mistakes that yield the same result.</summary>
    public IReadOnlyList<Pitfall> LooksLike { get; init; } = [];

    /// <summary>The golden's key and file.</summary>
    public string Where => $"{Scope.KeyOf(Step)} in {(Step.dtype is null ? Fixtures.ManifestFile : Golden.FileOf(Walk.dtype))}";

    /// <summary>Null if the result meets the golden.</summary>
    internal GoldenFailure? Judge(StepResult actual)
    {
        var golden = Walk.Given![Scope.KeyOf(Step)];
        if (golden.text is { } expected)
        {
            return actual.text!.SequenceEqual(expected)
                ? null
                : this with { Problem = $"text       {Quoted(actual.text!)}\n           expected {Quoted(expected)}" };
        }
        return JudgeTensor(actual.tensor, golden.tensor);
    }

    private GoldenFailure? JudgeTensor(Tensor actual, Tensor expected)
    {
        var sameForm = actual.shape.SequenceEqual(expected.shape) && actual.dtype == expected.dtype;
        var comparison = sameForm ? Comparison.Of(actual, expected, Tolerance, Truth()) : null;
        if (comparison is { Agrees: true }) { return null; }
        return this with
        {
            Problem = $"""
                dtype      {actual.dtype}, expected {expected.dtype}
                shape      [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]{Numbers(comparison, Tolerance)}
                """,
            LooksLike = [.. Pitfall.Recognise(Step, Walk, Scope, actual, Tolerance.WithoutTruth)],
        };
    }

    /// <summary>The float32 golden of the same result.</summary>
    private Tensor Truth() => Golden.Results(ScalarType.Float32)[Scope.KeyOf(Step)].tensor;

    private static string Numbers(Comparison? comparison, Tolerance tolerance) => comparison is null ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"""

        worst      at [{string.Join(", ", comparison.Worst)}]: {comparison.Actual:G6}, expected {comparison.Expected:G6}
        differing  {comparison.Differing} of {comparison.Count}; max abs {comparison.MaxAbs:G3}, rel-L2 {comparison.RelL2:G3}{Ulps(comparison, tolerance)}
        """);

    private static string Ulps(Comparison comparison, Tolerance tolerance) => tolerance.Rule == Rule.Ulp ? $", max ulp {comparison.MaxUlp}" : "";

    private static string Quoted(IEnumerable<string> pieces) => string.Join(", ", pieces.Select(piece => $"\"{piece}\""));

    /// <summary>The whole story, on several lines.</summary>
    public override string ToString()
    {
        var message = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{Step}")
            .AppendLine(CultureInfo.InvariantCulture, $"golden     {Where}")
            .AppendLine(Problem)
            .AppendLine(CultureInfo.InvariantCulture, $"tolerance  {Tolerance}: {Tolerance.Reason}")
            .AppendLine(CultureInfo.InvariantCulture, $"formula    {Step.formula}")
            .AppendLine(CultureInfo.InvariantCulture, $"function   {Step.function} in {Step.file}");
        foreach (var pitfall in LooksLike) { message.AppendLine(CultureInfo.InvariantCulture, $"looks like {pitfall.Mistake}"); }
        return message.ToString();
    }
}
