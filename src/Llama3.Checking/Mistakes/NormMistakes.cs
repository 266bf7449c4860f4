using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in the three norms.</summary>
internal static class NormMistakes
{
    internal delegate Tensor Normalize(Tensor x, double eps);

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Eps("eps_1e-6", 1e-6, "1e-6, the default of LlamaConfig",
            "ggml-org/llama.cpp#2373", "meta-llama/llama#771", "OpenNMT/CTranslate2#1357", "foundation-model-stack/foundation-model-stack#99", "keras-team/keras-hub#1993"),
        Eps("eps_1e-8", 1e-8, "1e-8"),
        Mistake("eps_0", "norm_eps is left out",
            fix: "add norm_eps to the mean of squares before taking the root",
            Normalized((x, _) => normalized(x, 0))),
        Mistake("eps_outside", "norm_eps is added after the root instead of inside it",
            fix: "add norm_eps to the mean of squares, then take the root of the sum", see: ["allenai/OLMo#281", "EleutherAI/gpt-neox#1345"],
            Normalized((x, eps) => x / (mean_square(x).sqrt() + eps))),
        Mistake("norm_no_sqrt", "the root of the mean of squares is not taken",
            fix: "divide by the root of the mean of squares",
            Normalized((x, eps) => x / (mean_square(x) + eps))),
        Mistake("norm_sum_not_mean", "the sum of squares is taken instead of the mean",
            fix: "divide the sum of squares by dim before taking the root",
            Normalized((x, eps) => x * torch.rsqrt(mean_square(x) * x.shape[^1] + eps))),
        Mistake("norm_std_unbiased", "the sum of squares is divided by dim - 1",
            fix: "divide the sum of squares by dim, not by dim - 1",
            Normalized((x, eps) => x * torch.rsqrt(mean_square(x) * x.shape[^1] / (x.shape[^1] - 1) + eps))),
        Mistake("norm_over_tokens", "the mean runs over the tokens instead of the dimensions",
            fix: "take the mean along the last axis, over the dim numbers of one token",
            Normalized((x, eps) => x * torch.rsqrt(x.pow(2).mean([0], keepdim: true) + eps))),
        Mistake("layernorm", "the mean is subtracted first: LayerNorm instead of RMSNorm",
            fix: "do not subtract the mean; RMSNorm only divides by the root of the mean of squares", see: ["ggml-org/llama.cpp#173"],
            Normalized((x, eps) => normalized(x - x.mean([-1], keepdim: true), eps))),
        Mistake("norm_rounded", "the normalised row is rounded to bfloat16 before it meets the weight",
            fix: "in a float32 port keep float32 through the whole norm; round only its result, if at all", see: ["huggingface/transformers#25421"],
            Normalized((x, eps) => normalized(x, eps).to_type(bfloat16).to_type(x.dtype))),
        Mistake("norm_fp16", "the whole norm is computed in float16: the squares of small numbers lose their digits, those of large ones overflow",
            fix: "convert the row to float32 before it is squared, and round only the result", see: ["meta-llama/llama#1048"],
            Normalized(in_half)),
        Mistake("norm_fp16_squares", "the squares are summed in float16: those of small numbers lose their digits, and large ones overflow",
            fix: "convert the row to float32 before it is squared", see: ["nntrainer/nntrainer#3935", "pytorch/pytorch#133085"],
            Normalized((x, eps) => x * torch.rsqrt(x.pow(2).to_half().sum(-1, keepdim: true).to_half() / x.shape[^1] + eps))),
        Mistake("norm_no_weight", "the learned weight is not applied",
            fix: "multiply the normalised row by the norm's weight, element by element",
            Weighted(w => torch.ones_like(w))),
        Mistake("norm_weight_plus1", "1 is added to the learned weight, as Gemma does",
            fix: "multiply by the weight itself, not by 1 + weight",
            Weighted(w => w + 1)),
        Mistake("norms_swapped", "attention_norm and ffn_norm are swapped",
            fix: "use attention_norm before attention and ffn_norm before the feed-forward",
            [.. AttentionNorm(v => v.layer_weight("ffn_norm")), .. FfnNorm(v => v.layer_weight("attention_norm"))]),
        Mistake("attention_norm_by_ffn_norm", "the norm before attention uses ffn_norm's weight, as the one before the feed-forward does",
            fix: "use attention_norm before attention; ffn_norm is right where it is",
            AttentionNorm(v => v.layer_weight("ffn_norm"))),
        Mistake("ffn_norm_by_attention_norm", "the norm before the feed-forward uses attention_norm's weight, as the one before attention does",
            fix: "use ffn_norm before the feed-forward; attention_norm is right where it is", see: ["lucidrains/mmdit#4"],
            FfnNorm(v => v.layer_weight("attention_norm"))),
        Mistake("no_final_norm", "the final norm is left out",
            fix: "normalise with the weight norm.weight after the last layer, before the output matrix",
            (final_embedding_normalized, v => v[final_embedding])),
        Mistake("final_norm_by_ffn_norm", "the final norm uses the last layer's ffn_norm weight",
            fix: "use norm.weight for the final norm; it is not the weight of a layer",
            FinalNorm(v => v.weight($"layers.{v.config.n_layers - 1}.ffn_norm"))),
        Mistake("final_norm_twice", "the final norm is applied to its own result again",
            fix: "normalise once after the last layer",
            (final_embedding_normalized, v => twice(normalized(v[final_embedding], v.config.norm_eps), v)),
            (final_embedding_normalized, v => twice(v[norm_before_weight], v))),
    ];

    /// <summary>Llama 3's own in a model that has another.</summary>
    internal static KnownMistake EpsOfLlama3 { get; } = Eps("eps_1e-5", 1e-5, "1e-5, the default of Meta's ModelArgs");

    private static KnownMistake Eps(string name, double eps, string whose, params string[] see) =>
        Mistake(name, $"norm_eps is {whose}, instead of the model's own",
            fix: "read norm_eps from params.json, or rms_norm_eps from config.json", see, Normalized((x, _) => normalized(x, eps)))
            .On(model => model.norm_eps != eps);

    internal static Tensor normalized(Tensor x, double eps) => x * torch.rsqrt(mean_square(x) + eps);

    /// <summary>The norm before attention with another weight: told from its input, and from the point before the weight comes in.</summary>
    internal static (ArticleStep, Func<Values, StepResult>)[] AttentionNorm(Func<Values, Tensor> weight) =>
    [
        (token_embeddings, v => normalized(v.layer_input, v.config.norm_eps) * weight(v)),
        (token_embeddings, v => v[attention_norm_before_weight] * weight(v)),
    ];

    /// <summary>The same for the norm before the feed-forward.</summary>
    internal static (ArticleStep, Func<Values, StepResult>)[] FfnNorm(Func<Values, Tensor> weight) =>
    [
        (embedding_after_edit_normalized, v => normalized(v[embedding_after_edit], v.config.norm_eps) * weight(v)),
        (embedding_after_edit_normalized, v => v[ffn_norm_before_weight] * weight(v)),
    ];

    private static (ArticleStep, Func<Values, StepResult>)[] FinalNorm(Func<Values, Tensor> weight) =>
    [
        (final_embedding_normalized, v => normalized(v[final_embedding], v.config.norm_eps) * weight(v)),
        (final_embedding_normalized, v => v[norm_before_weight] * weight(v)),
    ];

    /// <summary>A mistake with the weight of all three norms.</summary>
    private static (ArticleStep, Func<Values, StepResult>)[] Weighted(Func<Tensor, Tensor> changed) =>
    [
        .. AttentionNorm(v => changed(v.layer_weight("attention_norm"))),
        .. FfnNorm(v => changed(v.layer_weight("ffn_norm"))),
        .. FinalNorm(v => changed(v.weight("norm"))),
    ];

    /// <summary>A mistake before the weight comes in.</summary>
    internal static (ArticleStep, Func<Values, StepResult>)[] Normalized(Normalize normalize) =>
    [
        (attention_norm_before_weight, v => normalize(v.layer_input, v.config.norm_eps)),
        (ffn_norm_before_weight, v => normalize(v[embedding_after_edit], v.config.norm_eps)),
        (norm_before_weight, v => normalize(v[final_embedding], v.config.norm_eps)),
        (token_embeddings, v => normalize(v.layer_input, v.config.norm_eps) * v.layer_weight("attention_norm")),
        (embedding_after_edit_normalized, v => normalize(v[embedding_after_edit], v.config.norm_eps) * v.layer_weight("ffn_norm")),
        (final_embedding_normalized, v => normalize(v[final_embedding], v.config.norm_eps) * v.weight("norm")),
    ];

    private static Tensor twice(Tensor normalized_once, Values v) =>
        normalized(normalized_once * v.weight("norm"), v.config.norm_eps) * v.weight("norm");

    private static Tensor in_half(Tensor x, double eps)
    {
        var half = x.to_half();
        var mean_square = half.pow(2).to_half().mean([-1], keepdim: true).to_half();
        return (half * (mean_square + eps).to_half().rsqrt().to_half()).to_half();
    }

    internal static Tensor mean_square(Tensor x) => x.pow(2).mean([-1], keepdim: true);
}
