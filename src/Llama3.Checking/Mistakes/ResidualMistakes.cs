using Llama3.Reference;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes in the residuals around attention and feed-forward.</summary>
internal static class ResidualMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("no_attn_residual", "attention's result replaces the embedding instead of being added to it",
            fix: "add attention's result to the layer's input",
            (embedding_after_edit, v => v[embedding_delta])),
        Mistake("attn_residual_twice", "attention's result is added to the layer's input twice over",
            fix: "add the layer's input once, either in attention or after it",
            (embedding_after_edit, v => v.layer_input * 2 + v[embedding_delta])),
        Mistake("residual_from_norm", "attention's result is added to the normalised embedding",
            fix: "add attention's result to the layer's input as it was before the norm", see: ["Howuhh/faster-trajectory-transformer#3", "GeeeekExplorer/nano-vllm#170"],
            (embedding_after_edit, v => v[token_embeddings] + v[embedding_delta])),
        Mistake("no_ffn_residual", "the feed-forward's result replaces its input instead of being added to it",
            fix: "add the feed-forward's result to its input",
            (layer_0_embedding, v => v[output_after_feedforward])),
        Mistake("ffn_residual_twice", "the feed-forward's result is added to its input twice over",
            fix: "add the feed-forward's input once, either in the feed-forward or after it",
            (layer_0_embedding, v => v[embedding_after_edit] * 2 + v[output_after_feedforward])),
        Mistake("ffn_residual_from_norm", "the feed-forward's result is added to its normalised input",
            fix: "add the feed-forward's result to its input as it was before ffn_norm", see: ["naklecha/llama3-from-scratch#19", "naklecha/llama3-from-scratch#28"],
            (layer_0_embedding, v => v[embedding_after_edit_normalized] + v[output_after_feedforward])),
        Mistake("ffn_residual_from_block_input", "the feed-forward's result is added to the layer's input, so that attention's edit is lost",
            fix: "add the feed-forward's result to embedding_after_edit, not to the layer's input",
            (layer_0_embedding, v => v.layer_input + v[output_after_feedforward])),
    ];
}
