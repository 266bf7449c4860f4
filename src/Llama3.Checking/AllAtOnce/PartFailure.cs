using System.Runtime.InteropServices;
using Llama3.Checking.Comparing;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.AllAtOnce;

/// <summary>A function of <see cref="Llama3Model"/> that computes something else than its steps.</summary>
/// <param name="Part">The function.</param>
/// <param name="Weights">The weights that it asked for.</param>
internal sealed record PartFailure(Part Part, IReadOnlyList<string> Weights)
{
    /// <summary>What it computed; null if it did not run.</summary>
    public Tensor? Actual { get; init; }

    /// <summary>Why it did not run; null if it did.</summary>
    public string? Problem { get; init; }

    /// <summary>Calls a function; null if it computes what its steps compute.</summary>
    /// <param name="part">The function.</param>
    /// <param name="all">Everything at once, for a checkpoint and a dtype; it is given what to call with the name of every weight.</param>
    public static PartFailure? Of(Part part, Func<Action<string>, Llama3Model> all)
    {
        var weights = new List<string>();
        try
        {
            var (actual, expected) = (part.Compute(all(weights.Add)), part.Expected);
            return Agrees(actual, expected, part.Limit) ? null : new PartFailure(part, weights) { Actual = actual };
        }
        catch (Exception error)
        {
            return new PartFailure(part, weights) { Problem = $"did not run: {Printable.Line(error.Message)} ({error.GetType().Name})" };
        }
    }

    /// <summary>Where it is wrong, and by how much.</summary>
    /// <param name="prompt">The texts of the prompt's tokens.</param>
    public IEnumerable<string> Lines(TokenTexts prompt)
    {
        var texts = new TokenTexts([.. prompt.All.Skip((int)(Part.Walk.pass?.kept ?? 0))]);
        if (Actual is null) { yield break; }
        var expected = Part.Expected;
        if (Actual.dtype != expected.dtype) { yield return $"dtype      {Actual.dtype}, expected {expected.dtype}"; }
        if (!Actual.shape.SequenceEqual(expected.shape))
        {
            yield return $"shape      {Printable.Shape(Actual.shape)}, expected {Printable.Shape(expected.shape)}";
            yield break;
        }
        var found = Comparison.Of(Actual, expected);
        yield return $"worst      {ComparisonText.Worst(found, Part.Result.shape_in(Part.Scope), texts)}";
        yield return $"differing  {ComparisonText.Differing(found, expected.dtype)}; "
            + (Part.Limit == 0 ? "every bit must be equal" : $"allowed: rel-L2 <= {NumberText.Limit(Part.Limit)}");
    }

    private static bool Agrees(Tensor actual, Tensor expected, double limit) =>
        actual.dtype == expected.dtype && actual.shape.SequenceEqual(expected.shape)
            && (limit == 0 ? Bits(actual).SequenceEqual(Bits(expected)) : Comparison.DistanceBetween(actual, expected) <= limit);

    private static ReadOnlySpan<int> Bits(Tensor tensor) => MemoryMarshal.Cast<float, int>(tensor.ToSingles());
}
