using Llama3.Formats.Checkpoints;

namespace Llama3.Reference.Steps;

/// <summary>Rotary position embedding: each pair of neighbouring numbers rotates by an angle that grows with the position.</summary>
internal static class Rope
{
    /// <summary>0, 1/n, 2/n, … (n-1)/n: how far each pair is along the head.</summary>
    /// <param name="pairs">n, half of head_dim.</param>
    /// <returns>[n] float32.</returns>
    public static Tensor zero_to_one(int pairs) => torch.arange(pairs, dtype: float32) / pairs;

    /// <summary>How fast each pair rotates, in radians per position: <c>1 / rope_theta^part</c>, from 1 down to nearly 1 / rope_theta.</summary>
    /// <param name="zero_to_one">[head_dim/2] float32.</param>
    /// <param name="rope_theta">500000 in Llama 3.</param>
    /// <param name="scaling">From Llama 3.1 on, see <see cref="apply_scaling"/>; the others divide by a number, or by one for each pair; null in Llama 3.</param>
    /// <returns>[head_dim/2] float32.</returns>
    public static Tensor freqs(Tensor zero_to_one, double rope_theta, RopeScaling? scaling = null)
    {
        var freqs = 1.0 / torch.pow(rope_theta, zero_to_one);
        return scaling switch
        {
            Llama3RopeScaling llama3 => apply_scaling(freqs, llama3),
            LinearRopeScaling linear => freqs / linear.factor,
            DividedRopeScaling divided => freqs / torch.tensor(divided.divisors.ToArray()),
            _ => freqs,
        };
    }

    /// <summary>
    /// Slows down the pairs that do not rotate often within the original context, so that they tell positions far beyond it apart.
    /// Named and computed as in Meta's code for Llama 3.1, in float32.
    /// </summary>
    /// <param name="freqs">[head_dim/2] float32.</param>
    /// <param name="scaling">Where slow begins and fast ends, and by how much to slow down.</param>
    /// <returns>[head_dim/2] float32.</returns>
    public static Tensor apply_scaling(Tensor freqs, Llama3RopeScaling scaling) =>
        torch.tensor(freqs.ToSingles().Select(freq => scaled(freq, scaling)).ToArray());

    private static float scaled(float freq, Llama3RopeScaling scaling)
    {
        var (factor, low, high) = ((float)scaling.factor, (float)scaling.low_freq_factor, (float)scaling.high_freq_factor);
        var wavelen = 1 / freq * (2 * MathF.PI); // as PyTorch divides a number by a tensor
        var turns = scaling.original_max_position_embeddings / wavelen;
        if (turns > high) { return freq; }
        if (turns < low) { return freq / factor; }
        var smooth = (turns - low) / (high - low);
        return ((1 - smooth) * freq / factor) + (smooth * freq);
    }

    /// <summary>The angle of every pair at every position: <c>position · freq</c>.</summary>
    /// <param name="positions">[T] int64.</param>
    /// <param name="freqs">[head_dim/2] float32.</param>
    /// <returns>[T, head_dim/2] float32, radians.</returns>
    public static Tensor freqs_for_each_token(Tensor positions, Tensor freqs) => torch.outer(positions.to_type(float32), freqs);

    /// <summary>The angles as complex numbers of length 1: <c>cos(angle) + i·sin(angle)</c>.</summary>
    /// <param name="freqs_for_each_token">[T, head_dim/2] float32, radians.</param>
    /// <returns>[T, head_dim/2] complex64.</returns>
    public static Tensor freqs_cis(Tensor freqs_for_each_token) =>
        torch.polar(torch.ones_like(freqs_for_each_token), freqs_for_each_token);

    /// <summary>Pairs up neighbours, (0, 1), (2, 3), …, in float32.</summary>
    /// <remarks>Hugging Face pairs i with i + head_dim/2 instead, and permutes the weights to match.</remarks>
    /// <param name="per_token">[…, T, head_dim].</param>
    /// <returns>[…, T, head_dim/2, 2] float32.</returns>
    public static Tensor split_into_pairs(Tensor per_token) =>
        per_token.to_type(float32).view([.. per_token.shape[..^1], -1, 2]);

    /// <summary>Reads each pair (x, y) as the complex number x + iy.</summary>
    /// <param name="pairs">[…, T, head_dim/2, 2] float32.</param>
    /// <returns>[…, T, head_dim/2] complex64, a view.</returns>
    public static Tensor as_complex_numbers(Tensor pairs) => torch.view_as_complex(pairs);

    /// <summary>Rotates every pair by its token's angle: multiplying complex numbers adds their angles.</summary>
    /// <param name="complex_numbers">[…, T, head_dim/2] complex64.</param>
    /// <param name="freqs_cis">[T, head_dim/2] complex64.</param>
    /// <returns>[…, T, head_dim/2] complex64.</returns>
    public static Tensor rotate(Tensor complex_numbers, Tensor freqs_cis) => complex_numbers * freqs_cis;

    /// <summary>Reads each complex number x + iy as the pair (x, y).</summary>
    /// <param name="complex_numbers">[…, T, head_dim/2] complex64.</param>
    /// <returns>[…, T, head_dim/2, 2] float32, a view.</returns>
    public static Tensor as_pairs(Tensor complex_numbers) => torch.view_as_real(complex_numbers);

    /// <summary>Puts the pairs back in line.</summary>
    /// <param name="pairs">[…, T, head_dim/2, 2] float32.</param>
    /// <returns>[…, T, head_dim] float32, a view.</returns>
    public static Tensor join_pairs(Tensor pairs) => pairs.view([.. pairs.shape[..^2], -1]);
}
