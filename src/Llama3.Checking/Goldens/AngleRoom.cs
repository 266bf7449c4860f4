using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// How far apart two right results may be because their angles are. Frequencies that were computed in another way differ by a rounding, and a position
/// multiplies that: at position 131071 a right angle may be off by a fifth of a radian.
/// </summary>
internal static class AngleRoom
{
    /// <summary>The relative error of a frequency in float32: honest ports differ by at most 1.3e-6 (scripts/measure_port_tolerances.py).</summary>
    private const double OfFrequencies = 1.5e-6;

    /// <summary>The steps that turn queries and keys by the angles.</summary>
    private static readonly HashSet<ArticleStep> Rotations =
    [
        ArticleSteps.q_per_token_as_complex_numbers_rotated, ArticleSteps.q_per_token_split_into_pairs_rotated, ArticleSteps.q_per_token_rotated,
        ArticleSteps.k_per_token_split_into_pairs_rotated, ArticleSteps.k_per_token_rotated,
    ];

    /// <summary>Whether a step turns queries or keys.</summary>
    public static bool Turns(ArticleStep step) => Rotations.Contains(step.in_article);

    /// <summary>The rel-L2 that the angles may bring about in what is computed from the tokens on: 0 before the first rotation.</summary>
    /// <param name="step">The step.</param>
    /// <param name="golden">The inputs.</param>
    public static double After(ArticleStep step, GoldenCase golden) =>
        (step.part_of ?? step).in_article.number >= ArticleSteps.q_per_token_as_complex_numbers_rotated.number ? golden.AngleRoom : 0;

    /// <summary>The rel-L2 that the angles of these inputs may bring about: below every other limit in prompts of some dozen tokens.</summary>
    /// <param name="golden">The inputs: their positions and the model count, and not what a port made of them.</param>
    public static double Of(GoldenCase golden)
    {
        var config = golden.Model.Checkpoint.Params;
        // Scaling makes frequencies smaller, and changes the size of all of them together little.
        var pairs = Enumerable.Range(0, config.head_dim / 2).Select(pair => Math.Pow(config.rope_theta, -2.0 * pair / config.head_dim));
        return OfFrequencies * Size(golden.AllPositions.Select(position => (double)position)) * Size(pairs);
    }

    /// <summary>The root of the mean of the squares.</summary>
    private static double Size(IEnumerable<double> numbers) => Math.Sqrt(numbers.Select(number => number * number).DefaultIfEmpty().Average());
}
