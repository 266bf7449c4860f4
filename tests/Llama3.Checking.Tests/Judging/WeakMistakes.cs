using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Mistakes of a float32 port that change its results as little as roundings to 16 bits do.</summary>
internal static class WeakMistakes
{
    /// <summary>The mistakes, by what they are.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>>> All { get; } =
        Described.ToDictionary(pair => pair.Key, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> (pair) =>
            pair.Value.ToDictionary<(ArticleStep Step, Func<Values, Tensor> Run), ArticleStep, Func<Values, StepResult>>(one => one.Step, one => v => one.Run(v)));

    private static Dictionary<string, (ArticleStep Step, Func<Values, Tensor> Run)[]> Described => new()
    {
        ["eps 2e-5"] = Eps(2e-5),
        ["eps 1e-6"] = Eps(1e-6),
        ["eps 9e-6"] = Eps(9e-6),
        ["theta 499712"] = [(freqs, v => 1.0 / torch.pow(499_712, v[zero_to_one_split_into_64_parts]))],
        ["theta 510000"] = [(freqs, v => 1.0 / torch.pow(510_000, v[zero_to_one_split_into_64_parts]))],
        ["scores off by 1e-3"] = [(qk_per_token, v => v[qk_per_token_before_scaling] * (1.001 / Math.Sqrt(v.config.head_dim)))],
        ["scores off by 3e-4"] = [(qk_per_token, v => v[qk_per_token_before_scaling] * (1.0003 / Math.Sqrt(v.config.head_dim)))],
        ["the softmax's sum off by 0.1 %"] = [(qk_per_token_after_masking_after_softmax, v => v[qk_per_token_after_masking].softmax(-1) * 0.999)],
        ["an exp that is off by up to 0.2 %"] = [(qk_per_token_after_masking_after_softmax, v => ByAnotherExp(v[qk_per_token_after_masking]))],
        ["Schraudolph's exp"] = [(qk_per_token_after_masking_after_softmax, v => BySchraudolph(v[qk_per_token_after_masking]))],
        ["a SiLU that is off by up to 0.2 %"] = [(feed_forward_gate_activated, v => Each(v[feed_forward_gate], x => x / (1 + (Wavy(-x) * Math.Exp(-x)))))],
        ["one element of wo"] = [(embedding_delta, v => Attention.project(v[stacked_qkv_attention], OneOff(v[w_layer0])))],
        ["one element of wv"] = [(v_per_token, v => Attention.project(v[token_embeddings], OneOff(v[v_layer0_head0])))],
        ["one element of w2"] = [(output_after_feedforward, v => Attention.project(v[feed_forward_product], OneOff(v.layer_weight("feed_forward.w2"))))],
        ["values times 1.0005"] = [(qkv_attention, v => Attention.mix_values(v[qk_per_token_after_masking_after_softmax], v.values) * 1.0005)],
        ["wo times 0.9995"] = [(embedding_delta, v => Attention.project(v[stacked_qkv_attention], v[w_layer0]) * 0.9995)],
        ["1e-3 added to what wo gives"] = [(embedding_delta, v => Attention.project(v[stacked_qkv_attention], v[w_layer0]) + 1e-3)],
        ["a mask of -7"] = [(mask, v => torch.triu(torch.full(v[tokens].shape[0], v.kept + v[tokens].shape[0], -7.0), v.kept + 1))],
        ["weights of attention below 1e-3 dropped"] = [(qk_per_token_after_masking_after_softmax, v => Each(v[qk_per_token_after_masking].softmax(-1), x => x < 1e-3 ? 0 : x))],
    };

    private static (ArticleStep, Func<Values, Tensor>)[] Eps(double eps) =>
    [
        (attention_norm_before_weight, v => RmsNorm.normalize(v.layer_input, eps)),
        (token_embeddings, v => RmsNorm.normalize(v.layer_input, eps) * v.layer_weight("attention_norm")),
        (ffn_norm_before_weight, v => RmsNorm.normalize(v[embedding_after_edit], eps)),
        (embedding_after_edit_normalized, v => RmsNorm.normalize(v[embedding_after_edit], eps) * v.layer_weight("ffn_norm")),
        (norm_before_weight, v => RmsNorm.normalize(v[final_embedding], eps)),
        (final_embedding_normalized, v => RmsNorm.normalize(v[final_embedding], eps) * v.weight("norm")),
    ];

    /// <summary>Off by a wave, as polynomials are that stand in for exp.</summary>
    private static double Wavy(double x) => 1 + (2e-3 * Math.Sin(9 * x));

    private static Tensor ByAnotherExp(Tensor scores) => Normalised(Each(scores, x => double.IsInfinity(x) ? 0 : Math.Exp(x) * Wavy(x)));

    /// <summary>Writes the exponent into the bits of a number: off by up to 3 %.</summary>
    private static Tensor BySchraudolph(Tensor scores) => Normalised(Each(scores, x => double.IsInfinity(x) ? 0
        : BitConverter.Int32BitsToSingle((int)((x * 12_102_203) + 1_064_866_805))));

    private static Tensor Normalised(Tensor weights) => weights / weights.sum(-1, keepdim: true);

    /// <summary>One element, doubled.</summary>
    private static Tensor OneOff(Tensor weight)
    {
        var numbers = weight.ToSingles();
        numbers[(numbers.Length / 2) + 3] *= 2;
        return Tensor.FromSingles(numbers, weight.shape);
    }

    private static Tensor Each(Tensor tensor, Func<float, double> change) => Tensor.FromSingles(Array.ConvertAll(tensor.ToSingles(), x => (float)change(x)), tensor.shape);
}
