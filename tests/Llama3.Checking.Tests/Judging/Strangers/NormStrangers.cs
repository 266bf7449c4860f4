using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.NormMistakes;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>In the three norms.</summary>
internal static class NormStrangers
{
    private const string IsANumber = "another eps, which the numbers give";

    public static IReadOnlyList<Stranger> All { get; } =
    [
        Eps("2e-5", 2e-5), Eps("3e-6", 3e-6), Eps("5e-5", 5e-5), Eps("1e-4", 1e-4), Eps("1e-3", 1e-3), Eps("1e-7", 1e-7),
        Of("eps_twice", "eps is added inside the root and after it", Normalized((x, eps) => x / ((mean_square(x) + eps).sqrt() + eps))),
        Of("eps_in_attention_norm_only", "eps is 1e-6 in the norm before attention", (attention_norm_before_weight, v => normalized(v.layer_input, 1e-6)))
            .May("that is what it is there", "eps_1e-6", Fitted),
        Of("eps_in_final_norm_only", "eps is 2e-3 in the final norm", (norm_before_weight, v => normalized(v[final_embedding], 2e-3))).May(IsANumber, Fitted),
        Of("eps_1e-4_in_layer_1", "eps is 1e-4 in layer 1", Normalized((x, _) => normalized(x, 1e-4))).In(new() { Layers = [1] }).May(IsANumber, Fitted),
        Of("norm_scaled_0.9", "the normalised row is multiplied by 0.9", Normalized((x, eps) => normalized(x, eps) * 0.9)),
        Of("norm_scaled_1.01", "the normalised row is multiplied by 1.01", Normalized((x, eps) => normalized(x, eps) * 1.01)),
        Of("norm_dim_plus_1", "the sum of squares is divided by dim + 1", Normalized((x, eps) => x * torch.rsqrt(mean_square(x) * (80.0 / 81) + eps))),
        Of("norm_mean_abs", "the mean of sizes is taken instead of the root of the mean of squares",
            Normalized((x, eps) => x / (x.abs().mean([-1], keepdim: true) + eps))),
        Of("norm_max_abs", "the row is divided by its largest size", Normalized((x, eps) => x / (x.abs().max(-1, keepdim: true).values + eps))),
        Of("norm_half_root", "the power is -0.45 instead of -0.5", Normalized((x, eps) => x * (mean_square(x) + eps).pow(-0.45))),
        Of("norm_mean_subtracted_after", "the mean is subtracted from the row, though its square is in the root",
            Normalized((x, eps) => (x - x.mean([-1], keepdim: true)) * torch.rsqrt(mean_square(x) + eps))),
        Of("norm_over_half", "the mean of squares is that of the first half of the row",
            Normalized((x, eps) => x * torch.rsqrt(mean_square(x[TensorIndex.Ellipsis, ..40]) + eps))),
        Of("norm_of_token_before", "each row is divided by the root of the token before it",
            Normalized((x, eps) => x * torch.rsqrt(mean_square(x.Ordered(-2, t => Math.Max(t - 1, 0))) + eps))),
        Of("norm_clamped", "the normalised row is clamped to ±2", Normalized((x, eps) => normalized(x, eps).Clamped(2))),
        Of("norm_twice", "the row is normalised twice, with another eps in effect", Normalized((x, eps) => normalized(normalized(x, eps), 0.1))),
        Of("norm_weight_squared", "the weight is applied twice", Weighted((x, w) => x * w * w)),
        Of("norm_weight_abs", "the size of the weight is applied, and 0.1 is added", Weighted((x, w) => x * (w.abs() + 0.1))),
        Of("norm_weight_reversed", "the weight is read from its end", Weighted((x, w) => x * w.Reversed(0))),
        Of("norm_weight_plus_half", "0.5 is added to the weight", Weighted((x, w) => x * (w + 0.5))),
        Of("norm_weight_added", "the weight is added instead of multiplied", Weighted((x, w) => x + w)),
        Of("norm_weight_shifted", "the weight is shifted by one place", Weighted((x, w) => x * w.Rolled(0))),
        Of("norm_weight_element", "one number of ffn_norm's weight is doubled in layer 1",
            (embedding_after_edit_normalized, v => v[ffn_norm_before_weight] * v.layer_weight("ffn_norm").With(7, w => 2 * w))).In(new() { Layers = [1] }),
        Of("norm_weights_of_next_layer", "both norms read the weights of the next layer",
            (token_embeddings, v => v[attention_norm_before_weight] * v.weight($"layers.{(v.layer + 1) % 3}.attention_norm")),
            (embedding_after_edit_normalized, v => v[ffn_norm_before_weight] * v.weight($"layers.{(v.layer + 1) % 3}.ffn_norm"))),
        Of("norm_weights_4_bits", "the weights are rounded to 4 bits", Weighted((x, w) => x * w.Quantised(4))),
        Of("final_norm_by_attention_norm", "the final norm uses the weight of the first attention_norm",
            (final_embedding_normalized, v => v[norm_before_weight] * v.weight("layers.0.attention_norm"))),
        Of("no_norm_in_layer_0", "layer 0 goes without the norm before attention", (token_embeddings, v => v.layer_input)).In(new() { Layers = [0] })
            .May("the same where its result is not dumped", "attn_input_unnormalized"),
        Of("no_ffn_norm_in_last_layer", "the last layer goes without the norm before the feed-forward",
            (embedding_after_edit_normalized, v => v[embedding_after_edit])).In(new() { Layers = [2] }),
        Of("ffn_norm_of_layer_input", "the norm before the feed-forward reads the layer's input", (ffn_norm_before_weight, v => normalized(v.layer_input, 1e-5))),
    ];

    private static Stranger Eps(string name, double eps) =>
        Of($"eps_{name}", $"norm_eps is {name} instead of 1e-5", Normalized((x, _) => normalized(x, eps))).May(IsANumber, Fitted).MayBeUnseen();

    private static (ArticleStep, Func<Values, StepResult>)[] Normalized(Func<Tensor, double, Tensor> normalize) =>
    [
        (attention_norm_before_weight, v => normalize(v.layer_input, v.config.norm_eps)),
        (ffn_norm_before_weight, v => normalize(v[embedding_after_edit], v.config.norm_eps)),
        (norm_before_weight, v => normalize(v[final_embedding], v.config.norm_eps)),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Weighted(Func<Tensor, Tensor, Tensor> weigh) =>
    [
        (token_embeddings, v => weigh(v[attention_norm_before_weight], v.layer_weight("attention_norm"))),
        (embedding_after_edit_normalized, v => weigh(v[ffn_norm_before_weight], v.layer_weight("ffn_norm"))),
        (final_embedding_normalized, v => weigh(v[norm_before_weight], v.weight("norm"))),
    ];

    private static Tensor mean_square(Tensor x) => x.pow(2).mean([-1], keepdim: true);
}
