using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>A port that computes as the reference does, but holds what it computes in fewer bits.</summary>
internal static class Rounded
{
    /// <summary>Every step but the rotation tables, masks and whole numbers, rounded.</summary>
    public static IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> After(string precision) => Aliases.Dumpable
        .Where(step => step.dtype is ScalarType.BFloat16 or ScalarType.Float32 && step.shape.Names[0] == "T" && step != ArticleSteps.mask && step != ArticleSteps.freqs_for_each_token)
        .ToDictionary<ArticleStep, ArticleStep, Func<Values, StepResult>>(step => step, step => v => To(precision, step.run(v).tensor));

    private static Tensor To(string precision, Tensor tensor) => precision == "bf16"
        ? tensor.to_type(bfloat16).to_type(float32)
        : Tensor.FromSingles(Array.ConvertAll(tensor.ToSingles(), number => (float)(Half)number), tensor.shape);
}
