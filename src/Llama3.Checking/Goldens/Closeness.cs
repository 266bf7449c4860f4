namespace Llama3.Checking.Goldens;

/// <summary>How far a tensor lies from another, and how far it may.</summary>
/// <param name="Distance">The length of the difference over the length of the expected tensor; NaN where the shapes differ.</param>
/// <param name="Limit">The largest distance that agrees.</param>
public sealed record Closeness(double Distance, double Limit)
{
    /// <summary>Shapes that differ.</summary>
    internal static Closeness Misshapen { get; } = new(double.NaN, 0);

    /// <summary>Whether the two agree. Written as "at most", so that NaN does not.</summary>
    public bool Agrees => Distance <= Limit;
}
