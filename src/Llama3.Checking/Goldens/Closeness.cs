using Llama3.Checking.Comparing;

namespace Llama3.Checking.Goldens;

/// <summary>How far a tensor is from another, and how far it may be.</summary>
/// <param name="Distance">
/// ‖actual - expected‖ / ‖expected‖ (rel-L2), without a unit; of a table of frequencies or angles the largest relative error of an element.
/// NaN where the shapes differ, infinite where only one of two numbers is finite.
/// </param>
/// <param name="Limit">The largest distance that agrees; 0 where the numbers must be equal.</param>
public sealed record Closeness(double Distance, double Limit)
{
    /// <summary>Shapes that differ.</summary>
    internal static Closeness Misshapen { get; } = new(double.NaN, 0);

    /// <summary>Whether the distance is the largest relative error of an element, and not rel-L2.</summary>
    internal bool IsPerElement { get; init; }

    /// <summary>What the distance is.</summary>
    internal string Measure => IsPerElement ? ElementScale.Measure : "rel-L2";

    /// <summary>Whether the two agree. Written as "at most", so that NaN does not.</summary>
    public bool Agrees => Distance <= Limit;

    /// <summary>"rel-L2 2.16, at most 1e-5"</summary>
    public override string ToString() => $"{Measure} {NumberText.Measured(Distance)}, at most {NumberText.Limit(Limit)}";
}
