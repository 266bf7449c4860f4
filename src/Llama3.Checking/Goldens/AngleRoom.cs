using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// How far apart two right results may be because their angles are. Frequencies that were computed in another way differ by a rounding, and a position
/// multiplies that: at position 131071 a right angle may be off by a tenth of a turn and more.
/// </summary>
internal static class AngleRoom
{
    /// <summary>The relative error of a frequency in float32: honest ports differ by at most 1.3e-6 (scripts/measure_port_tolerances.py).</summary>
    private const double OfFrequencies = 1.5e-6;

    /// <summary>What is computed with the angles alone.</summary>
    private static readonly HashSet<ArticleStep> Rotations =
    [
        ArticleSteps.q_per_token_as_complex_numbers_rotated, ArticleSteps.q_per_token_split_into_pairs_rotated, ArticleSteps.q_per_token_rotated,
        ArticleSteps.k_per_token_split_into_pairs_rotated, ArticleSteps.k_per_token_rotated,
    ];

    /// <summary>The rel-L2 that the angles may bring about: below every other limit in prompts of some dozen tokens.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isOfOneStep">Whether only the error of the step itself counts; otherwise that of all steps before it.</param>
    /// <param name="angles">The angles, in radians; null where they are not known.</param>
    /// <returns>0 for what no angle enters.</returns>
    public static double Of(ArticleStep step, bool isOfOneStep, Func<Tensor?> angles)
    {
        var enters = isOfOneStep ? Rotations.Contains(step.in_article) : (step.part_of ?? step).in_article.number >= ArticleSteps.q_per_token_as_complex_numbers_rotated.number;
        if (!enters || angles() is not { } known) { return 0; }
        var squares = known.ToSingles().Sum(angle => (double)angle * angle);
        return OfFrequencies * Math.Sqrt(squares / Math.Max(1, known.numel()));
    }
}
