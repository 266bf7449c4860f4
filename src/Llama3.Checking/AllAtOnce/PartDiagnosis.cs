using System.Runtime.InteropServices;
using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Relations;
using Llama3.Reference;

namespace Llama3.Checking.AllAtOnce;

/// <summary>What a wrong function of <see cref="Llama3Model"/> does instead, in all layers in which it is wrong.</summary>
/// <param name="failures">The function, in each layer.</param>
internal sealed class PartDiagnosis(IReadOnlyList<PartFailure> failures)
{
    private const double NearInBFloat16 = 2e-2;
    private const double NearInFloat32 = 1e-4;

    private readonly Part _part = failures[0].Part;
    private readonly List<PartFailure> _seen = [.. failures.Where(failure => failure.Actual is not null)];

    /// <summary>The known mistakes in its steps that compute what it computes, those first that get few steps wrong.</summary>
    public KnownMistake[] Mistakes() => _seen.Count == 0 ? [] :
    [
        .. (_part.Walk.pass is null ? KnownMistakes.All : KnownMistakes.OfPasses)
            .Where(mistake => mistake.CanBeMadeOn(_part.Walk.config, 0))
            .Where(mistake => _part.WrongBy(mistake).Any() && Relation.Holds(_seen.Select(failure => Explains(mistake, failure))))
            .OrderBy(mistake => mistake.Wrong.Count),
    ];

    /// <summary>How its results are related to those of the steps; null if that is not simple.</summary>
    public string? RelationToSteps() => Relation.Of([.. _seen.Select(MissOf)], _part.Walk.config);

    /// <summary>The first step that reads a weight which the function does not ask for; null if it asks for all of them, and no other.</summary>
    public WeightFault? Weights() => _part.Walk.pass is not null ? null
        : failures.Select(failure => WeightFault.In(failure.Part, failure.Weights, isComplete: failure.Actual is not null)).FirstOrDefault(fault => fault is not null);

    private static bool? Explains(KnownMistake mistake, PartFailure failure)
    {
        var miss = MissOf(failure);
        if (!miss.SameShape) { return false; }
        try
        {
            var computed = Grid.Of(failure.Part.With(mistake)[failure.Part.Result, failure.Part.Scope].tensor);
            return miss.IsAnyOf([computed]);
        }
        catch (Exception error) when (error is ArgumentException or ExternalException)
        {
            // The mistake makes a shape that the steps after it cannot compute with, and the function did compute something.
            return false;
        }
    }

    private static Miss MissOf(PartFailure failure)
    {
        var (actual, expected, shape) = (failure.Actual!, failure.Part.Expected, failure.Part.Result.shape_in(failure.Part.Scope));
        return new Miss(Grid.Of(actual), Grid.Of(expected), AxisNames.WithParts(shape, expected.dtype), Limit(actual, expected))
        {
            Names = shape.Names,
            IsRounded = expected.dtype == ScalarType.BFloat16,
            Instead = () => Instead(failure),
        };
    }

    private static double Limit(Tensor actual, Tensor expected) =>
        actual.dtype == ScalarType.BFloat16 || expected.dtype == ScalarType.BFloat16 ? NearInBFloat16 : NearInFloat32;

    /// <summary>The steps of the same layer whose result it is.</summary>
    private static IEnumerable<string> Instead(PartFailure failure)
    {
        var (part, actual) = (failure.Part, failure.Actual!);
        var near = Math.Min(Limit(actual, part.Expected), Comparison.DistanceBetween(actual, part.Expected) / 10);
        return ArticleSteps.all
            .Where(step => step.dtype is not null && step != part.Result && Lookalike.IsNear(actual, part.Walk[step, part.Scope].tensor, near))
            .Select(step => step.id);
    }
}
