using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.Checking.Pitfalls;

namespace Llama3.Reference.Checking;

/// <summary>Mistakes in the three norms.</summary>
internal static class NormPitfalls
{
    private delegate Tensor Norm(Tensor x, Tensor weight, double eps);

    public static IReadOnlyList<Pitfall> All { get; } =
    [
        Mistake("eps_1e-6", "norm_eps is 1e-6 instead of 1e-5",
            fix: "set norm_eps to 1e-5; it stands in params.json", see: ["ggml-org/llama.cpp#2373", "meta-llama/llama#771"],
            Everywhere((x, w, _) => rms_norm(x, w, 1e-6))),
        Mistake("eps_1e-8", "norm_eps is 1e-8 instead of 1e-5",
            fix: "set norm_eps to 1e-5; it stands in params.json",
            Everywhere((x, w, _) => rms_norm(x, w, 1e-8))),
        Mistake("eps_0", "norm_eps is left out",
            fix: "add norm_eps (1e-5) to the mean of squares before taking the root",
            Everywhere((x, w, _) => rms_norm(x, w, 0))),
        Mistake("eps_outside", "norm_eps is added after the root instead of inside it",
            fix: "add norm_eps to the mean of squares, then take the root of the sum",
            Everywhere((x, w, eps) => x / (mean_square(x).sqrt() + eps) * w)),
        Mistake("norm_no_weight", "the learned weight is not applied",
            fix: "multiply the normalised row by the norm's weight, element by element",
            Everywhere((x, w, eps) => rms_norm(x, torch.ones_like(w), eps))),
        Mistake("norm_weight_plus1", "1 is added to the learned weight, as Gemma does",
            fix: "multiply by the weight itself, not by 1 + weight",
            Everywhere((x, w, eps) => rms_norm(x, w + 1, eps))),
        Mistake("norm_no_sqrt", "the mean of squares is not rooted",
            fix: "divide by the root of the mean of squares",
            Everywhere((x, w, eps) => x / (mean_square(x) + eps) * w)),
        Mistake("norm_sum_not_mean", "the sum of squares is taken instead of the mean",
            fix: "divide the sum of squares by dim before taking the root",
            Everywhere((x, w, eps) => x * torch.rsqrt(mean_square(x) * x.shape[^1] + eps) * w)),
        Mistake("norm_std_unbiased", "the sum of squares is divided by dim - 1",
            fix: "divide the sum of squares by dim, not by dim - 1",
            Everywhere((x, w, eps) => x * torch.rsqrt(mean_square(x) * x.shape[^1] / (x.shape[^1] - 1) + eps) * w)),
        Mistake("norm_over_tokens", "the mean runs over the tokens instead of the dimensions",
            fix: "take the mean along the last axis, over the dim numbers of one token",
            Everywhere((x, w, eps) => x * torch.rsqrt(x.pow(2).mean([0], keepdim: true) + eps) * w)),
        Mistake("layernorm", "the mean is subtracted first: LayerNorm instead of RMSNorm",
            fix: "do not subtract the mean; RMSNorm only divides by the root of the mean of squares",
            Everywhere((x, w, eps) => rms_norm(x - x.mean([-1], keepdim: true), w, eps))),
        Mistake("norms_swapped", "attention_norm and ffn_norm are swapped",
            fix: "use attention_norm before attention and ffn_norm before the feed-forward",
            (token_embeddings, v => rms_norm(v.layer_input, v.layer_weight("ffn_norm"), v.config.norm_eps)),
            (embedding_after_edit_normalized, v =>
                rms_norm(v[embedding_after_edit], v.layer_weight("attention_norm"), v.config.norm_eps))),
        Mistake("no_final_norm", "the final norm is left out",
            fix: "normalise with the weight norm.weight after the last layer, before the output matrix",
            (final_embedding_normalized, v => v[final_embedding])),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] Everywhere(Norm norm) =>
    [
        (token_embeddings, v => norm(v.layer_input, v.layer_weight("attention_norm"), v.config.norm_eps)),
        (embedding_after_edit_normalized, v => norm(v[embedding_after_edit], v.layer_weight("ffn_norm"), v.config.norm_eps)),
        (final_embedding_normalized, v => norm(v[final_embedding], v.weight("norm"), v.config.norm_eps)),
    ];

    /// <summary>The right computation; mistakes share no code with the steps, so that a broken step is not mistaken for another mistake.</summary>
    internal static Tensor rms_norm(Tensor x, Tensor weight, double eps) => x * torch.rsqrt(mean_square(x) + eps) * weight;

    private static Tensor mean_square(Tensor x) => x.pow(2).mean([-1], keepdim: true);
}
