using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// Logits that are all shifted by one number: the softmax gives the same probabilities, and the largest is the same. TransformerLens subtracts their
/// mean, for example.
/// </summary>
internal static class LogitShift
{
    /// <summary>The mean difference from the expected logits, and the logits without it; null for other steps.</summary>
    public static (double Shift, Tensor Without)? Of(ArticleStep step, Tensor actual, Tensor expected)
    {
        if (step != ArticleSteps.logits || !actual.shape.SequenceEqual(expected.shape)) { return null; }
        var (numbers, wanted) = (actual.ToSingles(), expected.ToSingles());
        var shift = numbers.Zip(wanted, (number, other) => (double)number - other).Average();
        return (shift, Tensor.FromSingles(Array.ConvertAll(numbers, number => (float)(number - shift)), actual.shape));
    }
}
