using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Judging;

/// <summary>Whether a port's tensor agrees with a golden; as text, why it does not.</summary>
public sealed class GoldenVerdict
{
    private readonly GoldenFailure _failure;

    internal GoldenVerdict(GoldenFailure failure, Closeness? closeness) => (_failure, Closeness) = (failure, closeness);

    /// <summary>
    /// The relative distance of the tensor from the golden, ‖actual - golden‖ / ‖golden‖, and the largest that agrees; of frequencies, angles,
    /// cosines and sines in float32 the largest relative error of one. Null if the step cannot have its shape or dtype.
    /// </summary>
    public Closeness? Closeness { get; }

    /// <summary>Whether it is near enough.</summary>
    public bool Agrees => Closeness is { Agrees: true };

    /// <summary>Known mistakes that compute this very tensor from golden inputs; none if it agrees.</summary>
    public IReadOnlyList<KnownMistake> LooksLike => Agrees ? [] : Explanation.Of([_failure with { Tolerance = AsNear }]);

    /// <summary>One line if it agrees; otherwise what was compared, where it is wrong, by how much, and what it looks like, line by line.</summary>
    public override string ToString() => Agrees
        ? $"{_failure.Golden.Prefix}{_failure.Scope.KeyOf(_failure.Step)} agrees with the golden of {_failure.Golden.Model.Name}: {Closeness}"
        : string.Join('\n', [
            $"step       {_failure.Step}",
            .. _failure.Difference,
            .. _failure.Definition,
            $"function   {string.Join(", ", _failure.Step.functions)} in {_failure.Step.file}",
            .. LooksLike.SelectMany(mistake => mistake.Lines),
        ]);

    /// <summary>As near to the mistake as it should have been to the golden.</summary>
    private Tolerance AsNear => Closeness is { Limit: > 0 } near
        ? _failure.Tolerance with { Rule = near.IsPerElement ? Rule.PerElement : Rule.RelL2, Limit = near.Limit }
        : _failure.Tolerance.WithoutTruth;
}
