using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In frequencies, positions, cosines and sines.</summary>
internal static class AngleStrangers
{
    private const string IsTheta = "another theta, which the numbers give";
    private const string IsAnOffset = "another position, which the numbers give";
    private const string IsAFactor = "a factor of the angles, which the numbers give";

    public static IReadOnlyList<Stranger> All { get; } =
    [
        Theta("4e5", 400_000), Theta("499712", 499_712), Theta("5e4", 50_000), Theta("1e5", 100_000), Theta("5e6", 5_000_000), Theta("500000.5", 500_000.5).MayBeUnseen(),
        Theta("1e4_squared", 1e8),
        Of("exponent_to_1", "the exponent runs to 1: i / (head_dim/2 - 1)", Exponent(parts => parts * 1.25)).May("a factor of the exponent", Fitted),
        Of("exponent_odd", "the exponent is (2i + 1) / head_dim", Exponent(parts => parts + 0.1)).May("the issue asks for it", "rope_exponent_odd", Fitted),
        Of("exponent_reversed", "the exponents are read from the last", Exponent(parts => parts.Reversed(0))),
        Of("exponent_squared", "the exponent is squared", Exponent(parts => parts * parts)),
        Of("exponent_1.01", "the exponent is 1 % too large", Exponent(parts => parts * 1.01)).May("a factor of the exponent, or another theta", Fitted),
        Freqs("freqs_0.9", "all frequencies are multiplied by 0.9", f => f * 0.9).May(IsAFactor, Fitted),
        Freqs("freqs_1.01", "all frequencies are multiplied by 1.01", f => f * 1.01).May(IsAFactor, Fitted),
        Freqs("freqs_half", "all frequencies are halved, as linear scaling by 2 does", f => f / 2).May(IsAFactor, Fitted),
        Freqs("freqs_2pi", "all frequencies are multiplied by 2π", f => f * (2 * Math.PI)).May(IsAFactor, Fitted),
        Freqs("freqs_degrees", "the angles are taken for degrees", f => f * (Math.PI / 180)).May(IsAFactor, Fitted),
        Freqs("freqs_rolled", "each pair has the frequency of the pair before it, and the first that of the last", f => f.Rolled(0)),
        Freqs("freqs_swapped", "two pairs have each other's frequency", f => f.Swapped(0, 1, 2)),
        Freqs("freqs_last_0", "the last pair does not rotate", f => f.Scaled(0, 0, 4)),
        Freqs("freqs_first_0", "the first pair does not rotate", f => f.Scaled(0, 0, 0)),
        Freqs("freqs_one_element", "one frequency is 10 % too large", f => f.Scaled(0, 1.1, 2)),
        Freqs("freqs_last_one_element", "the slowest frequency is 10 % too large", f => f.Scaled(0, 1.1, 4)),
        Freqs("freqs_squared", "the frequencies are squared", f => f * f).May("as with the square of theta", Fitted),
        Freqs("freqs_root", "the frequencies are the roots of what they should be", f => f.sqrt()).May("as with the root of theta", "rope_exponent_halved", Fitted),
        Freqs("freqs_3_digits", "the frequencies are rounded to 3 decimals", f => f.Each(x => MathF.Round(x, 3))),
        Positions("positions_plus_2", "positions start at 2", t => t + 2).May(IsAnOffset, Fitted),
        Positions("positions_minus_1", "positions start at -1", t => t - 1).May(IsAnOffset, "cache_pos_minus1", Fitted),
        Positions("positions_plus_half", "positions start at 0.5", t => t + 0.5f).May(IsAnOffset, Fitted),
        Positions("positions_doubled", "positions count by twos", t => 2 * t).May(IsAFactor, Fitted),
        Positions("positions_halved", "positions are halved and cut to whole numbers", t => MathF.Floor(t / 2)),
        Positions("positions_1.01", "positions are 1 % too large", t => t * 1.01f).May(IsAFactor, Fitted),
        Positions("positions_clamped", "positions stop at 7", t => Math.Min(t, 7)),
        Positions("positions_modulo_8", "positions start again after 8 tokens", t => t % 8),
        Positions("positions_negative", "positions count downwards from 0", t => -t).May("the same as an angle of the other sign", "rope_negative"),
        Positions("positions_swapped", "two tokens have each other's position", t => t is 3 or 4 ? 7 - t : t),
        Positions("positions_one_wrong", "one token has the position of the token before it", t => t == 9 ? 8 : t),
        Positions("positions_skip_bos", "the first token has no position: the second starts at 0", t => Math.Max(t - 1, 0)).May("in passes it is that", "cache_pos_minus1", Fitted),
        Positions("positions_from_1_after_bos", "after the first token one position is left out", t => t == 0 ? 0 : t + 1).May("from the second token on it is that", "rope_pos_plus1", "cache_pos_plus1", Fitted),
        Positions("positions_squared", "positions are squared", t => t * t),
        Cis("cis_no_sine", "the sines are 0", (cos, sin) => [cos, sin * 0]),
        Cis("cis_no_cosine", "the cosines are 1", (cos, sin) => [(cos * 0) + 1, sin]),
        Cis("cis_sine_twice", "sines stand in both places", (_, sin) => [sin, sin]),
        Cis("cis_0.9", "cosines and sines are multiplied by 0.9", (cos, sin) => [cos * 0.9, sin * 0.9]),
        Cis("cis_1.01", "cosines and sines are multiplied by 1.01", (cos, sin) => [cos * 1.01, sin * 1.01]),
        Cis("cis_abs", "the sines have lost their sign", (cos, sin) => [cos, sin.abs()]),
        Cis("cis_cosine_negated", "the cosines have the wrong sign", (cos, sin) => [cos * -1, sin]),
        Cis("cis_8_bits", "cosines and sines are rounded to 8 bits", (cos, sin) => [cos.Quantised(8), sin.Quantised(8)]),
        Cis("cis_half_negated", "the wrong way round, in the last two pairs", (cos, sin) => [cos, sin.Scaled(-2, -1, 3, 4)]),
        Cis("cis_one_pair_negated", "the wrong way round, in one pair", (cos, sin) => [cos, sin.Scaled(-2, -1, 1)]),
        Cis("cis_next_row", "each token has the row of the next", (cos, sin) => [cos.Ordered(0, t => Math.Min(t + 1, (int)cos.shape[0] - 1)), sin.Ordered(0, t => Math.Min(t + 1, (int)sin.shape[0] - 1))]),
        Cis("cis_taylor", "cosine and sine are their first two terms", (cos, sin) => [cos.Each(Math.Abs), sin - (sin.pow(3) / 6)]),
    ];

    private static Stranger Theta(string name, double theta) =>
        Of($"theta_{name}", $"rope_theta is {name} instead of 500000", (freqs, v => 1.0 / torch.pow(theta, v[zero_to_one_split_into_64_parts]))).May(IsTheta, Fitted);

    private static (ArticleStep, Func<Values, StepResult>) Exponent(Func<Tensor, Tensor> change) =>
        (zero_to_one_split_into_64_parts, v => change(v.right(zero_to_one_split_into_64_parts)));

    private static Stranger Freqs(string name, string what, Func<Tensor, Tensor> change) => Of(name, what, (freqs, v => change(v.right(freqs))));

    private static Stranger Positions(string name, string what, Func<float, float> position) =>
        Of(name, what, (freqs_for_each_token, v => torch.outer(v.positions.to_type(float32).Each(position), v[freqs])));

    private static Stranger Cis(string name, string what, Func<Tensor, Tensor, Tensor[]> change) => Of(name, what, (freqs_cis, v =>
    {
        var cis = torch.view_as_real(v.right(freqs_cis));
        return torch.view_as_complex(torch.cat(change(cis[TensorIndex.Ellipsis, ..1], cis[TensorIndex.Ellipsis, 1..]), -1));
    }
    ));
}
