using Llama3.Formats.Checkpoints;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes with the sizes of heads, on models where two sizes differ that are the same in Llama 3, or that can be taken for each other.</summary>
internal static class SizeMistakes
{
    private const string ReadHeadDim = "read head_dim from config.json where it is there; only otherwise it is hidden_size / num_attention_heads";
    private const string PermuteByKvHeads = "permute wk back with n_kv_heads heads, as it was permuted; only wq has n_heads";

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("scale_dim_per_head", "the scores are divided by √(dim / n_heads), the default of LlamaConfig's head_dim, though the model has its own head_dim",
            fix: ReadHeadDim,
            ScoreMistakes.Divided(v => Math.Sqrt(v.config.dim / v.config.n_heads))).On(HasOwnHeadDim),
        Mistake("rope_exponent_over_dim_per_head", "the exponent is 2i / (dim / n_heads), the default of LlamaConfig's head_dim, though the model has its own head_dim",
            fix: ReadHeadDim, see: ["huggingface/candle#2358"],
            (zero_to_one_split_into_64_parts, v =>
                v.right(zero_to_one_split_into_64_parts) * ((double)v.config.head_dim / (v.config.dim / v.config.n_heads)))).On(HasOwnHeadDim),
        WkPermutedBy("wk_permuted_by_n_heads", "n_heads", config => config.n_heads),
        WkPermutedBy("wk_permuted_by_group", "n_heads / n_kv_heads", config => config.group_size)
            .On(config => config.group_size != config.n_heads && Divides(config, config.group_size)),
    ];

    private static KnownMistake WkPermutedBy(string name, string what, Func<ModelParams, int> heads) =>
        Mistake(name, $"Hugging Face's permutation of wk is undone with {what} heads, where there are n_kv_heads",
            fix: PermuteByKvHeads,
            (k_layer0, v => WeightMistakes.permuted_back_by(heads(v.config), v))).On(config => Divides(config, heads(config)));

    /// <summary>Whether wk can be cut into so many heads of pairs, and should not.</summary>
    private static bool Divides(ModelParams config, int heads) => heads != config.n_kv_heads && config.n_kv_heads * config.head_dim % (2 * heads) == 0;

    private static bool HasOwnHeadDim(ModelParams config) => config.n_heads * config.head_dim != config.dim && config.dim >= config.n_heads;
}
