using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Ports;

/// <summary>The steps from scores to the tokens that may be drawn, in either order. Each can be replaced by a wrong one.</summary>
internal sealed record SamplingSteps
{
    /// <summary>Divides scores.</summary>
    public Func<double, double, double> Divide { get; init; } = (score, temperature) => score / temperature;

    /// <summary>How many of the likeliest are kept.</summary>
    public Func<int, int> Count { get; init; } = k => k;

    /// <summary>Whether a token is kept, by the probability of those before it, its own, and top-p.</summary>
    public Func<double, double, double, bool> InNucleus { get; init; } = (before, _, top_p) => before < top_p;

    /// <summary>The least probability of a kept token, by the largest one and min-p.</summary>
    public Func<double, double, double> Floor { get; init; } = (largest, min_p) => largest * min_p;

    /// <summary>Whether probabilities are taken of what earlier cuts have left, and not of all tokens.</summary>
    public bool IsNormalised { get; init; } = true;

    /// <summary>The probabilities at the end, of those tokens that are left; before, they have those by which the last cut was made.</summary>
    public Func<IReadOnlyList<ScoredToken>, IReadOnlyList<ScoredToken>> End { get; init; } = ScoredToken.Softmax;

    /// <summary>What may be drawn.</summary>
    public IReadOnlyDictionary<int, double> Of(Sampling sampling, SamplingOrder order)
    {
        IReadOnlyList<ScoredToken> all = [.. sampling.Logits.Select((score, id) => new ScoredToken(id, score, 0)).OrderByDescending(token => token.Score).ThenBy(token => token.Id)];
        if (sampling.Temperature == 0) { return new Dictionary<int, double> { [all[0].Id] = 1 }; }
        if (order == SamplingOrder.TemperatureFirst) { all = Divided(all, sampling); }
        var left = new Cuts(this, sampling, all).Left;
        if (order == SamplingOrder.TemperatureLast) { left = Divided(left, sampling); }
        return End(left).ToDictionary(token => token.Id, token => token.Probability);
    }

    /// <summary>The largest score is subtracted first, so that none becomes infinite.</summary>
    private IReadOnlyList<ScoredToken> Divided(IReadOnlyList<ScoredToken> tokens, Sampling sampling)
    {
        if (tokens.Count == 0) { return tokens; }
        var largest = tokens.Max(token => token.Score);
        return ScoredToken.Softmax([.. tokens.Select(token => token with { Score = token.Score == largest ? 0 : Divide(token.Score - largest, sampling.Temperature) })]);
    }

    /// <summary>The cuts, one after the other.</summary>
    private sealed class Cuts(SamplingSteps steps, Sampling sampling, IReadOnlyList<ScoredToken> all)
    {
        public IReadOnlyList<ScoredToken> Left => MinP(TopP(TopK(Probable(all))));

        private IReadOnlyList<ScoredToken> Probable(IReadOnlyList<ScoredToken> tokens) =>
            steps.IsNormalised ? ScoredToken.Softmax(tokens) : [.. ScoredToken.Softmax(all).IntersectBy(tokens.Select(token => token.Id), token => token.Id)];

        private IReadOnlyList<ScoredToken> TopK(IReadOnlyList<ScoredToken> tokens) => sampling.TopK is { } k ? Probable([.. tokens.Take(steps.Count(k))]) : tokens;

        private IReadOnlyList<ScoredToken> TopP(IReadOnlyList<ScoredToken> tokens)
        {
            if (sampling.TopP >= 1) { return tokens; }
            var (kept, before) = (new List<ScoredToken>(), 0.0);
            foreach (var token in Probable(tokens))
            {
                if (steps.InNucleus(before, token.Probability, sampling.TopP)) { kept.Add(token); }
                before += token.Probability;
            }
            return kept;
        }

        private IReadOnlyList<ScoredToken> MinP(IReadOnlyList<ScoredToken> tokens)
        {
            if (sampling.MinP <= 0 || tokens.Count == 0) { return tokens; }
            var now = Probable(tokens);
            var floor = steps.Floor(now[0].Probability, sampling.MinP);
            return [.. now.Where(token => token.Probability >= floor)];
        }
    }
}
