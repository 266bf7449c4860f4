using Llama3.Formats.Dumps;
using Llama3.Formats.Numbers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>Turns the numbers of a dump into those of the reference. It deals with dtypes alone, not with layouts.</summary>
internal static class DumpNumbers
{
    /// <summary>104 below the largest score the softmax is 0 in float32. Right scores come nowhere near this.</summary>
    private const float FarBelow = 5000;

    /// <summary>No scores are as low, however wrong.</summary>
    private const float Lowest = -1e30f;

    /// <summary>The tensor in the dtype that the step has in float32.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="entry">The tensor in it.</param>
    /// <param name="step">The step whose result it is.</param>
    /// <param name="remarks">Takes a note where numbers stand for others.</param>
    /// <exception cref="UnreadableException">The step cannot have such numbers.</exception>
    public static Tensor Read(Dump dump, DumpEntry entry, ArticleStep step, ISet<string> remarks)
    {
        var tensor = dump.Read(entry);
        return step.dtype switch
        {
            ScalarType.Int64 => WholeNumbers(entry, tensor),
            ScalarType.ComplexFloat32 => Real(tensor, step),
            _ => WithoutLowest(Real(tensor, step), step, remarks),
        };
    }

    /// <summary>A tensor as it is, in float32, or in complex64 of a step that has complex numbers.</summary>
    public static Tensor Real(Tensor tensor, ArticleStep step) => step.dtype != ScalarType.ComplexFloat32 ? tensor.to_type(float32)
        : tensor.dtype == ScalarType.ComplexFloat32 ? tensor
        : torch.view_as_complex(tensor.to_type(float32).contiguous());

    /// <summary>The sizes of the dimensions; where a port wrote complex numbers as pairs, without the pairs.</summary>
    /// <exception cref="UnreadableException">The dtype is not one that the step can have.</exception>
    public static IReadOnlyList<long> ShapeOf(DumpEntry entry, ArticleStep step)
    {
        if (step.dtype is null) { throw BadDtype(entry, "no tensor: the result of this step is text"); }
        var complex = step.dtype == ScalarType.ComplexFloat32 && IsComplex(entry.Dtype);
        if (!complex) { RequireReal(entry, step.dtype_in(ScalarType.Float32)!.Value); }
        var pairs = step.dtype == ScalarType.ComplexFloat32 && !complex;
        return pairs && entry.Shape is [.., 2] ? [.. entry.Shape.SkipLast(1)] : pairs ? [-1] : entry.Shape;
    }

    /// <summary>The same; null for a dtype that the step cannot have.</summary>
    public static IReadOnlyList<long>? ShapeOrNull(DumpEntry entry, ArticleStep step)
    {
        try
        {
            return ShapeOf(entry, step);
        }
        catch (UnreadableException)
        {
            return null;
        }
    }

    /// <summary>Refuses complex numbers and truth values.</summary>
    /// <exception cref="UnreadableException">The tensor holds either.</exception>
    public static void RequireReal(DumpEntry entry, ScalarType expected)
    {
        if (entry.Dtype == Dtype.BOOL || IsComplex(entry.Dtype)) { throw BadDtype(entry, $"numbers such as {expected}"); }
    }

    private static bool IsComplex(Dtype dtype) => dtype is Dtype.C64 or Dtype.C128;

    private static UnreadableException BadDtype(DumpEntry entry, string expected) =>
        new UnreadableException(entry.Written, $"has the dtype {entry.Dtype}, expected {expected}");

    private static Tensor WholeNumbers(DumpEntry entry, Tensor tensor)
    {
        if (tensor.dtype == ScalarType.Int64) { return tensor; }
        var numbers = tensor.ToSingles();
        var bad = Array.FindIndex(numbers, number => number != MathF.Round(number) || MathF.Abs(number) > 1 << 24);
        return bad < 0
            ? torch.tensor([.. numbers.Select(number => (long)number)], tensor.shape)
            : throw new UnreadableException(entry.Written, FormattableString.Invariant($"holds {numbers[bad]} at {bad}, expected whole numbers"));
    }

    /// <summary>
    /// Instead of -inf many ports mask with a large negative number: -1e4, -1e9, the lowest of their dtype. Scores that are added to it hardly
    /// change it, and after the softmax it is 0 as well.
    /// </summary>
    private static Tensor WithoutLowest(Tensor tensor, ArticleStep step, ISet<string> remarks)
    {
        if (step != ArticleSteps.mask && step != ArticleSteps.qk_per_token_after_masking) { return tensor; }
        var numbers = tensor.ToSingles();
        var low = LowestScore(numbers);
        if (!Array.Exists(numbers, number => float.IsFinite(number) && number < low)) { return tensor; }
        remarks.Add($"large negative numbers, taken as -inf: {step.id}");
        return Tensor.FromSingles(Array.ConvertAll(numbers, number => number < low ? float.NegativeInfinity : number), tensor.shape);
    }

    /// <summary>
    /// The lowest number above a gap that is twice as wide as all numbers above it lie apart: what is below is masked. A few large numbers are
    /// not all scores: those of a wrong port may be far apart.
    /// </summary>
    private static float LowestScore(float[] numbers)
    {
        var sorted = numbers.Where(number => float.IsFinite(number) && number > Lowest).OrderDescending().ToList();
        var gap = Enumerable.Range(0, sorted.Count).Skip(sorted.Count / 50)
            .FirstOrDefault(i => i + 1 < sorted.Count && sorted[i] - sorted[i + 1] > Math.Max(FarBelow, 2 * (sorted[0] - sorted[i])), -1);
        return gap < 0 ? Lowest : sorted[gap];
    }
}
