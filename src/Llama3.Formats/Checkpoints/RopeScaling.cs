namespace Llama3.Formats.Checkpoints;

/// <summary>How the rotations are slowed down, for more positions than the model was first trained on.</summary>
/// <param name="factor">The divisor of frequencies.</param>
public abstract record RopeScaling(double factor)
{
    /// <summary>
    /// The scaling of <c>use_scaled_rope</c> in params.json: constants in Meta's code. They have the factor 8 for Llama 3.2 1B and 3B too,
    /// whose config.json says 32.
    /// </summary>
    public static Llama3RopeScaling Meta { get; } = new(8, 1, 4, 8192);

    /// <summary>What transformers calls it.</summary>
    public abstract string rope_type { get; }
}

/// <summary>All pairs rotate slower by the same factor, which comes to the same as dividing positions by it.</summary>
/// <param name="factor">The divisor of all frequencies.</param>
public sealed record LinearRopeScaling(double factor) : RopeScaling(factor)
{
    /// <inheritdoc/>
    public override string rope_type => "linear";
}

/// <summary>Each pair rotates slower by a number of its own, as files of llama.cpp have it in <c>rope_freqs.weight</c>.</summary>
/// <param name="divisors">A number for each pair of a head, from the fastest on.</param>
public sealed record DividedRopeScaling(IReadOnlyList<float> divisors) : RopeScaling(divisors.Max())
{
    /// <inheritdoc/>
    public override string rope_type => "rope_freqs";
}

/// <summary>As in Llama 3.1 and later: slow pairs rotate slower by a factor, fast pairs as before, and those between are blended.</summary>
/// <param name="factor">The divisor of the frequencies of slow pairs.</param>
/// <param name="low_freq_factor">A pair is slow if it rotates fewer times than this within the original context.</param>
/// <param name="high_freq_factor">A pair is fast if it rotates more times than this within the original context.</param>
/// <param name="original_max_position_embeddings">The original context: the number of positions that the model was first trained on.</param>
public sealed record Llama3RopeScaling(double factor, double low_freq_factor, double high_freq_factor, int original_max_position_embeddings)
    : RopeScaling(factor)
{
    /// <inheritdoc/>
    public override string rope_type => "llama3";

    /// <summary>What a frequency is divided by.</summary>
    internal double DivisorOf(double frequency)
    {
        var turns = original_max_position_embeddings * frequency / (2 * Math.PI);
        var smooth = Math.Clamp((turns - low_freq_factor) / (high_freq_factor - low_freq_factor), 0, 1);
        return 1 / (((1 - smooth) / factor) + smooth);
    }
}
