namespace Llama3.Checking.Texts.Ports;

/// <summary>A token that may still be drawn.</summary>
/// <param name="Id">The token.</param>
/// <param name="Score">What softmax takes.</param>
/// <param name="Probability">What softmax gave last.</param>
internal readonly record struct ScoredToken(int Id, double Score, double Probability)
{
    /// <summary>Probabilities that add up to 1.</summary>
    public static IReadOnlyList<ScoredToken> Softmax(IReadOnlyList<ScoredToken> tokens)
    {
        if (tokens.Count == 0) { return tokens; }
        var largest = tokens.Max(token => token.Score);
        var sum = tokens.Sum(token => Math.Exp(token.Score - largest));
        return [.. tokens.Select(token => token with { Probability = Math.Exp(token.Score - largest) / sum })];
    }
}
