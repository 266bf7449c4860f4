namespace Llama3.Checking.Texts.Tasks;

/// <summary>Scores, and how tokens are drawn by them.</summary>
/// <param name="Logits">The score of each token.</param>
internal sealed record Sampling(IReadOnlyList<double> Logits)
{
    /// <summary>What scores are divided by; 0 takes the likeliest token.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the likeliest tokens are kept; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Which probability the kept tokens must have together; 1 keeps all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Which share of the largest probability a kept token must have; 0 keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>The order that the port says it has; null if it may be any that is known.</summary>
    public SamplingOrder? Order { get; init; }
}
