using Llama3.Formats.Input;
using Llama3.Reference.Steps;

namespace Llama3.Reference.Generation;

/// <summary>Chooses the next token: the most likely one, or one drawn at random among the likely ones.</summary>
/// <remarks>
/// The same scores and seed give the same tokens on every machine: numbers are added one after the other, in double precision, and
/// .NET keeps the numbers that a seeded <see cref="Random"/> gives.
/// </remarks>
internal sealed class Sampler
{
    private readonly double _temperature, _top_p;
    private readonly int? _top_k;
    private readonly Random _random;

    /// <summary>How to choose.</summary>
    /// <param name="temperature">What scores are divided by: below 1 likely tokens become likelier still. 0 takes the most likely one.</param>
    /// <param name="top_p">Drop tokens once those before them, the likelier ones, are together likelier than this.</param>
    /// <param name="top_k">Keep only this many, the likeliest; null for all. Comes before <paramref name="top_p"/>.</param>
    /// <param name="seed">Where the random numbers start: the same seed gives the same ones again.</param>
    /// <exception cref="BadInputException">A number makes no sense; the message says which ones do.</exception>
    public Sampler(double temperature = 0, double top_p = 1, int? top_k = null, int seed = 0)
    {
        Require(temperature >= 0 && double.IsFinite(temperature), "temperature", temperature, "0 (take the most likely token) or more");
        Require(top_p is > 0 and <= 1, "top-p", top_p, "more than 0, at most 1 (keep all)");
        Require(top_k is null or >= 1, "top-k", top_k ?? 0, "1 or more");
        (_temperature, _top_p, _top_k, _random) = (temperature, top_p, top_k, new Random(seed));
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">[vocab_size], any floating-point dtype.</param>
    /// <exception cref="BadInputException">Scores are NaN or infinite, so that there is nothing to draw from.</exception>
    public int Next(Tensor logits) => _temperature == 0
        ? (int)Logits.most_likely(logits).item<long>()
        : Pick(Candidates(logits.ToSingles()), _random.NextDouble());

    /// <summary>The tokens to draw from, the likeliest first; of equal ones the lowest id.</summary>
    /// <param name="logits">A score for every token.</param>
    /// <exception cref="BadInputException">Scores are NaN or infinite.</exception>
    public IReadOnlyList<Candidate> Candidates(ReadOnlySpan<float> logits)
    {
        var likeliest = Sorted(Softmax(logits));
        if (_top_k < likeliest.Length) { likeliest = likeliest[..(int)_top_k]; }
        return Normalized(Nucleus(Normalized(likeliest)));
    }

    /// <summary>The first candidate at which the probabilities, added up, exceed a number.</summary>
    /// <param name="candidates">At least one.</param>
    /// <param name="number">From 0 up to, not including, 1.</param>
    public static int Pick(IReadOnlyList<Candidate> candidates, double number)
    {
        var sum = 0.0;
        foreach (var candidate in candidates)
        {
            sum += candidate.Probability;
            if (sum > number) { return candidate.Token; }
        }
        return candidates[^1].Token; // Rounding may leave the sum just below 1.
    }

    /// <summary>float32 as in Meta's code; with the largest score subtracted no power overflows.</summary>
    private float[] Softmax(ReadOnlySpan<float> logits)
    {
        var (powers, largest, sum) = (new float[logits.Length], float.NegativeInfinity, 0.0);
        foreach (var logit in logits) { largest = MathF.Max(largest, logit); }
        for (var i = 0; i < powers.Length; i++)
        {
            powers[i] = (float)Math.Exp((logits[i] - largest) / _temperature);
            sum += powers[i];
        }
        if (!double.IsFinite(sum)) { throw new BadInputException("the model's scores are NaN or infinite: there is no token to draw"); }
        for (var i = 0; i < powers.Length; i++) { powers[i] = (float)(powers[i] / sum); }
        return powers;
    }

    /// <summary>The bits of a float that is not negative are in the order of its value: after them the id decides.</summary>
    private static Candidate[] Sorted(float[] probabilities)
    {
        var keys = new ulong[probabilities.Length];
        for (var i = 0; i < keys.Length; i++) { keys[i] = ((ulong)~BitConverter.SingleToUInt32Bits(probabilities[i]) << 32) | (uint)i; }
        Array.Sort(keys);
        return [.. keys.Select(key => (int)(uint)key).Select(token => new Candidate(token, probabilities[token]))];
    }

    /// <summary>As Meta's sample_top_p: what comes after more than top_p is dropped.</summary>
    private Candidate[] Nucleus(Candidate[] candidates)
    {
        var before = 0.0;
        var kept = 0;
        while (kept < candidates.Length && before <= _top_p) { before += candidates[kept++].Probability; }
        return candidates[..kept];
    }

    private static Candidate[] Normalized(Candidate[] candidates)
    {
        var sum = 0.0;
        foreach (var candidate in candidates) { sum += candidate.Probability; }
        return [.. candidates.Select(candidate => candidate with { Probability = candidate.Probability / sum })];
    }

    private static void Require(bool holds, string name, double value, string expected)
    {
        if (!holds) { throw new BadInputException(FormattableString.Invariant($"{name} is {value}; expected {expected}")); }
    }
}
