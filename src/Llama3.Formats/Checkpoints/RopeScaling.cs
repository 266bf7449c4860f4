namespace Llama3.Formats.Checkpoints;

/// <summary>
/// How Llama 3.1 and later stretch the rotations, so that far more positions fit than the model was first trained on: slow pairs turn
/// slower by a factor, fast pairs as before, those between are blended.
/// </summary>
/// <param name="factor">What the frequencies of slow pairs are divided by.</param>
/// <param name="low_freq_factor">A pair is slow that turns less often than this within the original context.</param>
/// <param name="high_freq_factor">A pair is fast that turns more often than this within the original context.</param>
/// <param name="original_max_position_embeddings">The original context: how many positions the model was first trained on.</param>
public sealed record RopeScaling(double factor, double low_freq_factor, double high_freq_factor, int original_max_position_embeddings)
{
    /// <summary>
    /// What <c>use_scaled_rope</c> of params.json means: constants in Meta's code. It has no other factor for Llama 3.2 1B and 3B, whose
    /// config.json says 32.
    /// </summary>
    public static RopeScaling Meta { get; } = new(8, 1, 4, 8192);
}
