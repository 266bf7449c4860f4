using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Several known mistakes in one port.</summary>
internal static class Combination
{
    /// <summary>They leave as many rows as there are keys, with which a pass over other tokens cannot go on.</summary>
    private static readonly string[] OfSquares = ["mask_lower", "qk_transposed"];

    /// <summary>Combinations that go without a name. None of them gets a wrong one.</summary>
    private static readonly string[] Nameless =
    [
        // Each computes the same step anew, so that none goes on from the other.
        "ffn_input_unnormalized w1_w3_swapped", "layernorm eps_1e-6", "softmax_base2 softmax_no_norm", "tied_output second_last",
        // One wrong number does the same (TrueNames).
        "rope_exponent_halved rope_theta_1e4", "scale_dim softmax_base2", "scale_hd_not_sqrt softmax_base2",
        // Of three, one shows in the queries alone.
        "rope_theta_1e4 rope_exponent_off_by_one rope_not_q", "rope_theta_1e4 rope_pos_plus1 rope_parts_swapped",
    ];

    /// <summary>A known mistake, of the article or of passes.</summary>
    public static KnownMistake Known(string name) => KnownMistakes.All.Concat(KnownMistakes.OfPasses).First(mistake => mistake.Name == name);

    /// <summary>A port that makes one known mistake.</summary>
    public static Stranger One(string name) => new Stranger(name, Known(name).Mistake, Known(name).Wrong).In(PlaceOf([name])).Is(name);

    /// <summary>A port that makes all of these.</summary>
    /// <param name="names">The mistakes, such as "gqa_modulo no_scale".</param>
    /// <param name="together">What steps compute that several of them get wrong; not needed where the finer points of the step tell.</param>
    public static Stranger Of(string names, params (ArticleStep Step, Func<Values, StepResult> Run)[] together)
    {
        var mistakes = names.Split(' ').Select(Known).ToList();
        var wrong = together.ToDictionary(pair => pair.Step, pair => pair.Run);
        foreach (var step in mistakes.SelectMany(mistake => mistake.Wrong.Keys).Distinct().Except(wrong.Keys).ToList())
        {
            var makers = mistakes.FindAll(mistake => mistake.Wrong.ContainsKey(step));
            if (makers.Count == 1) { wrong[step] = makers[0].Wrong[step]; continue; }
            if (!makers.TrueForAll(maker => maker.Wrong.Keys.Any(finer => finer.part_of == step))) { throw new ArgumentException($"{names}: what is {step.id}?"); }
            wrong[step] = FinerPoints.compositions[step];
        }
        var combination = new Stranger(names.Replace(' ', '+'), string.Join("; ", mistakes.Select(mistake => mistake.Mistake)), wrong)
            .In(PlaceOf([.. mistakes.Select(mistake => mistake.Name)])).Is(names.Split(' '));
        return Nameless.Contains(names) ? combination.OrNameless() : combination;
    }

    /// <summary>Mistakes with a cache show in passes alone; those of the prompt are not looked for there.</summary>
    private static Place PlaceOf(IReadOnlyList<string> names) => new()
    {
        InPrompt = names.All(name => KnownMistakes.All.Any(mistake => mistake.Name == name)),
        InPasses = names.All(name => KnownMistakes.OfPasses.Any(mistake => mistake.Name == name) && !OfSquares.Contains(name)),
    };
}
